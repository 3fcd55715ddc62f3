import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

export const ROOT = join(__dirname, "../..");

export interface Import {
  /** The importing file, relative to the repository. */
  readonly from: string;
  /** A file or folder relative to the repository, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
  readonly isType: boolean;
}

/** What the sources below these folders or files import: statically, dynamically and with `require`. */
export function importsOf(...places: readonly string[]): Import[] {
  return places.flatMap(filesBelow).flatMap((from) => {
    const text = readFileSync(join(ROOT, from), "utf8");
    const source = ts.createSourceFile(from, text, ts.ScriptTarget.Latest);
    const found: Import[] = [];
    const visit = (node: ts.Node): void => {
      const specifier = specifierOf(node);
      if (specifier !== undefined && !specifier.name.startsWith("node:")) {
        found.push(importOf(from, specifier));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function filesBelow(place: string): string[] {
  if (/\.(ts|js|mjs)$/.test(place)) {
    return [place];
  }
  return readdirSync(join(ROOT, place), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|js|mjs)$/.test(file) && !file.split("/").includes("node_modules"))
    .map((file) => join(place, file));
}

interface Specifier {
  readonly name: string;
  readonly isType: boolean;
}

function specifierOf(node: ts.Node): Specifier | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const isType = ts.isImportDeclaration(node)
      ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : node.isTypeOnly;
    const name = node.moduleSpecifier;
    return name && ts.isStringLiteral(name) ? { name: name.text, isType } : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument;
    return ts.isStringLiteral(literal) ? { name: literal.text, isType: true } : undefined;
  }
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === "require";
    const [name] = node.arguments;
    return (isImport || isRequire) && name && ts.isStringLiteral(name)
      ? { name: name.text, isType: false }
      : undefined;
  }
  return undefined;
}

function importOf(from: string, { name, isType }: Specifier): Import {
  if (name.startsWith(".")) {
    const to = relative(ROOT, join(ROOT, dirname(from), name));
    return { from, to, isPackage: false, isType };
  }
  const to = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  return { from, to, isPackage: true, isType };
}
