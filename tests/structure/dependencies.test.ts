import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packages } from "../../package-lock.json";
import { type Import, importsOf, ROOT } from "./sources";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as Manifest;
const namesOf = (imports: readonly Import[]) =>
  [...new Set(imports.filter(({ isPackage }) => isPackage).map(({ to }) => to))].sort();

const product = manifestOf(".");
const WORKSPACES = product.workspaces ?? [];
const LOCKED = packages as unknown as Readonly<
  Record<string, { readonly dev?: boolean; readonly resolved?: string }>
>;
/** Compiles the program and the command when a source has changed: packages/toolchain/bundle.js. */
const COMPILER = "esbuild";

test("the product depends on exactly what it imports", () => {
  const imported = importsOf("index.ts", "bin", "cli", "components", "core");
  const needed = namesOf(imported.filter(({ isType }) => !isType));
  const expected = [...new Set([...needed, COMPILER])];
  expect(expected.sort()).toEqual(Object.keys(product.dependencies ?? {}).sort());
});

describe.each(WORKSPACES)("%s", (folder) => {
  const { dependencies = {}, devDependencies = {} } = manifestOf(folder);
  const imports = importsOf(folder);
  const isTest = ({ from }: Import) => from.startsWith(`${folder}/tests/`);
  const isScript = ({ from }: Import) => from.endsWith(".js");

  test("depends on exactly what it imports", () => {
    const needed = namesOf(imports.filter((found) => !isTest(found) && !isScript(found)));
    expect(needed).toEqual(Object.keys(dependencies).sort());
    const declared = Object.keys({ ...dependencies, ...devDependencies });
    expect(declared).toEqual(expect.arrayContaining(namesOf(imports)));
  });

  test("imports nothing of the product, nor the sources of another package", () => {
    const outside = imports.filter(
      (found) => !(found.isPackage || found.to.startsWith(`${folder}/`) || isTest(found)),
    );
    expect(outside).toEqual([]);
    const allowedInTests = WORKSPACES.map((other) => `${other}/`);
    const strange = imports.filter(
      ({ to, isPackage }) => !isPackage && !allowedInTests.some((start) => to.startsWith(start)),
    );
    expect(strange).toEqual([]);
  });

  test("has the versions of the product where both have a dependency", () => {
    const ofProduct = { ...product.devDependencies, ...product.dependencies };
    const ours = { ...dependencies, ...devDependencies };
    const shared = Object.keys(ours).filter((name) => name in ofProduct);
    expect(shared.map((name) => [name, ours[name]])).toEqual(
      shared.map((name) => [name, ofProduct[name]]),
    );
  });
});

test("a package that is not of the product is left out by npm ci --omit=dev", () => {
  const forTests = [".", ...WORKSPACES].flatMap((folder) =>
    Object.keys(manifestOf(folder).devDependencies ?? {}),
  );
  const ofProduct = Object.keys(product.dependencies ?? {});
  const installed = forTests.filter(
    (name) => !(ofProduct.includes(name) || LOCKED[`node_modules/${name}`]?.dev),
  );
  // The product's own dependencies bring these along.
  expect(installed.sort()).toEqual([
    "@octokit/request-error",
    "@octokit/types",
    "@types/google-protobuf",
    "@types/node",
    "typescript",
  ]);
});

test("the lockfile names no registry", () => {
  const resolved = Object.values(LOCKED).flatMap((entry) => entry.resolved ?? []);
  expect(resolved.sort()).toEqual([...WORKSPACES].sort());
});
