import { lstatSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { parseAllDocuments } from "yaml";
import { isObject, type Layer, type Value } from "../../core/settings/layers";

/** Names that kustomize looks for. @see https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization */
const KUSTOMIZATION_FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * Words of a kustomization that name files or folders: as such, or in fields of their items. Whatever is not named here is
 * refused, also another spelling of it: kustomize takes `Path` for `path`, and YAML 1.1 has `<<`.
 */
const FILES = ["crds", "configurations", "patchesStrategicMerge"];
const FOLDERS_OR_FILES = ["resources", "bases", "components"];
const PATCH = ["path", "patch", "target", "options"];
const GENERATOR = [
  ...["name", "namespace", "behavior", "type", "options", "literals"],
  ...["files", "envs", "env"],
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  patches: PATCH,
  patchesJson6902: PATCH,
  replacements: ["path", "source", "targets"],
  configMapGenerator: GENERATOR,
  secretGenerator: GENERATOR,
};
const PLAIN = [
  "apiVersion",
  "kind",
  "metadata",
  "namespace",
  "namePrefix",
  "nameSuffix",
  "labels",
  "commonLabels",
  "commonAnnotations",
  "images",
  "replicas",
  "generatorOptions",
  "sortOptions",
  "vars",
];

/** A path that can be nothing but one: no address, no option, no pattern. */
const PATH = /^[\w.][\w./-]*$/;

/**
 * What is wrong with a kustomization that somebody else has written: anything by which kustomize would run a program,
 * load something from elsewhere, or read a file outside of the folder. Judged before kustomize sees it.
 *
 * @param overlay - folder of the kustomization, absolute
 * @param root - folder that all of it must be in, absolute
 * @returns a sentence without a full stop for each fault
 */
export function foreignFaults(overlay: string, root: string): string[] {
  return new Walk(root).folder(overlay);
}

class Walk {
  private readonly seen = new Set<string>();

  public constructor(private readonly root: string) {}

  /** A kustomization, and all that it builds upon. */
  public folder(folder: string): string[] {
    if (this.seen.has(folder)) {
      return [];
    }
    this.seen.add(folder);
    const file = KUSTOMIZATION_FILES.map((name) => join(folder, name)).find(
      (path) => this.kindOf(path) !== "nothing",
    );
    if (file === undefined) {
      return [`${this.shown(folder)} holds no kustomization.yaml`];
    }
    if (this.kindOf(file) !== "file") {
      return [`${this.shown(file)} is no regular file`];
    }
    const kustomization = documentsIn(file);
    if (kustomization === undefined) {
      return [`${this.shown(file)} is no single YAML document with an object in it`];
    }
    return Object.entries(kustomization).flatMap(([word, value]) => this.word(word, value, file));
  }

  private word(word: string, value: Value, file: string): string[] {
    if (value === null || PLAIN.includes(word)) {
      return [];
    }
    const items = Array.isArray(value) ? (value as readonly Value[]) : undefined;
    const known = [...FILES, ...FOLDERS_OR_FILES, ...Object.keys(FIELDS)];
    if (!known.includes(word)) {
      return [`${this.shown(file)} says ${word}, which is not allowed of a fork`];
    }
    if (items === undefined) {
      return [`${this.shown(file)}: ${word} is no list`];
    }
    return items.flatMap((item) => this.item(word, item, file));
  }

  private item(word: string, item: Value, file: string): string[] {
    const fields = FIELDS[word];
    if (fields === undefined) {
      return this.path(item, file, FOLDERS_OR_FILES.includes(word));
    }
    if (!isObject(item)) {
      return [`${this.shown(file)}: ${word} has an item that is no object`];
    }
    const unknown = Object.keys(item).filter((field) => !fields.includes(field));
    const { path = [], files = [], envs = [], env = [] } = item;
    // A file of a generator may have another name there: `key=path`.
    const paths = [path, files, envs, env]
      .flatMap(listOf)
      .map((one) => (typeof one === "string" ? one.slice(one.indexOf("=") + 1) : one));
    return [
      ...unknown.map(
        (field) => `${this.shown(file)} says ${word}.${field}, which is not allowed of a fork`,
      ),
      ...paths.flatMap((one) => this.path(one, file, false)),
    ];
  }

  private path(value: Value, file: string, mayBeFolder: boolean): string[] {
    const told = `${this.shown(file)} names ${JSON.stringify(value)}`;
    if (typeof value !== "string" || !PATH.test(value) || looksLikeHost(value)) {
      return [`${told}, which is no path of a file here`];
    }
    const path = join(dirname(file), value);
    if (path !== this.root && !path.startsWith(this.root + sep)) {
      return [`${told}, which is outside of the repository`];
    }
    switch (this.kindOf(path)) {
      case "file":
        return [];
      case "folder":
        return mayBeFolder ? this.folder(path) : [`${told}, which is a folder`];
      case "link":
        return [`${told}, which is or leads through a symbolic link`];
      case "nothing":
        return [`${told}, which is not there`];
    }
  }

  /** Of the path and of all folders that lead there: a link may lead anywhere. */
  private kindOf(path: string): "file" | "folder" | "link" | "nothing" {
    const steps = relative(this.root, path).split(sep).filter(Boolean);
    let kind: "file" | "folder" = "folder";
    for (const [index] of steps.entries()) {
      const stat = lstatSync(join(this.root, ...steps.slice(0, index + 1)), {
        throwIfNoEntry: false,
      });
      if (stat === undefined) {
        return "nothing";
      }
      if (!stat.isFile() && !stat.isDirectory()) {
        return "link";
      }
      kind = stat.isFile() ? "file" : "folder";
    }
    return kind;
  }

  private shown(path: string): string {
    return relative(this.root, path) || ".";
  }
}

/** `github.com/acme/shop` is an address to kustomize, also where there is a folder of that name. */
function looksLikeHost(path: string): boolean {
  const [first = "", ...rest] = path.split("/");
  return rest.length > 0 && first !== "." && first !== ".." && first.includes(".");
}

function listOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

function documentsIn(file: string): Layer | undefined {
  try {
    const documents = parseAllDocuments(readFileSync(file, "utf8"));
    const [document] = Array.isArray(documents) ? documents : [];
    if (document === undefined || documents.length !== 1 || document.errors.length > 0) {
      return undefined;
    }
    const content = document.toJS() as Value;
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}
