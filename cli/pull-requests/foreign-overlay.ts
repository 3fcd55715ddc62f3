import { posix } from "node:path";
import { describeError } from "../../core/errors";
import { readYaml } from "../../core/manifests/read-yaml";
import { writeYaml } from "../../core/manifests/write-yaml";
import { KUSTOMIZATION_FILES } from "../../core/overlay/kustomization-file";
import { isObject, type Value } from "../../core/settings/layers";
import type { CommitFiles } from "./commit-files";

/**
 * Fields of a kustomization that name files or folders, directly or in fields of their items. Every other field is refused,
 * also another spelling of these, because kustomize accepts `Path` for `path`.
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

/** Matches a plain path, which cannot be a URL, an option or a pattern. */
const PATH = /^[\w.][\w./-]*$/;

/** Limit for YAML aliases, which can expand a small file to a large one. */
const MAX_WRITTEN_BYTES = 16 * 1024 * 1024;

/** A foreign kustomization with its files. */
export interface ForeignOverlay {
  /** A sentence without a full stop for each fault. */
  readonly faults: readonly string[];
  /** The files for kustomize, by path from the top of the repository. YAML is serialized again from the parsed content. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads a foreign kustomization with all its bases. Refuses every field by which kustomize would run a program, load a remote
 * resource or read another file.
 *
 * @param overlay - folder of the kustomization, relative to the top of the repository
 */
export function readForeignOverlay(
  overlay: string,
  commit: Pick<CommitFiles, "kindOf" | "read">,
): ForeignOverlay {
  const walk = new Walk(commit);
  const faults = walk.folder(posix.normalize(overlay).replace(/\/$/, ""));
  return { faults, files: walk.files };
}

class Walk {
  public readonly files = new Map<string, string>();
  private readonly seen = new Set<string>();
  private written = 0;

  public constructor(private readonly commit: Pick<CommitFiles, "kindOf" | "read">) {}

  /** Reads a kustomization and all its bases. */
  public folder(folder: string): string[] {
    if (this.seen.has(folder)) {
      return [];
    }
    this.seen.add(folder);
    const file = KUSTOMIZATION_FILES.map((name) => posix.join(folder, name)).find(
      (path) => this.commit.kindOf(path) !== "nothing",
    );
    if (file === undefined) {
      return [`${folder} does not contain a kustomization.yaml`];
    }
    if (this.commit.kindOf(file) !== "file") {
      return [`${file} is not a regular file`];
    }
    return this.yaml(file, ([kustomization, ...others]) => {
      if (!isObject(kustomization) || others.length > 0) {
        return [`${file} is not a single YAML document with an object in it`];
      }
      const read = Object.entries(kustomization).map(([word, value]) =>
        this.word(word, value, file),
      );
      this.keep(file, writeYaml([Object.fromEntries(read.map(({ entry }) => entry))]));
      return read.flatMap(({ faults }) => faults);
    });
  }

  /** Checks a field of a kustomization, and returns its value for kustomize. */
  private word(
    word: string,
    value: Value,
    file: string,
  ): { readonly faults: string[]; readonly entry: [string, Value] } {
    if (value === null || PLAIN.includes(word)) {
      return { faults: [], entry: [word, value] };
    }
    const known = [...FILES, ...FOLDERS_OR_FILES, ...Object.keys(FIELDS)];
    if (!known.includes(word)) {
      const faults = [`${file} has ${word}, which a fork may not use`];
      return { faults, entry: [word, null] };
    }
    if (!Array.isArray(value)) {
      return { faults: [`${file}: ${word} is not a list`], entry: [word, null] };
    }
    const items = value as readonly Value[];
    return {
      faults: items.flatMap((item) => this.item(word, item, file)),
      entry: [word, items.map(withPatchRead)],
    };
  }

  private item(word: string, item: Value, file: string): string[] {
    const fields = FIELDS[word];
    if (fields === undefined) {
      return this.path(item, file, FOLDERS_OR_FILES.includes(word), true);
    }
    if (!isObject(item)) {
      return [`${file}: ${word} has an item that is not an object`];
    }
    const unknown = Object.keys(item).filter((field) => !fields.includes(field));
    const { path = [], files = [], envs = [], env = [] } = item;
    // A generator's file may have a key of its own: `key=path`.
    const data = [files, envs, env]
      .flatMap(listOf)
      .map((one) => (typeof one === "string" ? one.slice(one.indexOf("=") + 1) : one));
    return [
      ...unknown.map((field) => `${file} has ${word}.${field}, which a fork may not use`),
      ...listOf(path).flatMap((one) => this.path(one, file, false, true)),
      ...data.flatMap((one) => this.path(one, file, false, false)),
    ];
  }

  private path(value: Value, file: string, mayBeFolder: boolean, isYaml: boolean): string[] {
    const subject = `${file} names ${JSON.stringify(value)}`;
    if (typeof value !== "string" || !PATH.test(value) || looksLikeHost(value)) {
      return [`${subject}, which is not a path of a file here`];
    }
    const path = posix.join(posix.dirname(file), value).replace(/\/$/, "");
    if (path === ".." || path.startsWith("../")) {
      return [`${subject}, which is outside the repository`];
    }
    switch (this.commit.kindOf(path)) {
      case "file":
        return isYaml
          ? this.yaml(path, (documents) => {
              this.keep(path, writeYaml(documents));
              return [];
            })
          : this.text(path);
      case "folder":
        return mayBeFolder ? this.folder(path) : [`${subject}, which is a folder`];
      case "link":
        return [`${subject}, which is or leads through a symbolic link`];
      case "nothing":
        return [`${subject}, which does not exist`];
    }
  }

  private yaml(file: string, take: (documents: readonly Value[]) => string[]): string[] {
    const read = this.read(file);
    if ("fault" in read) {
      return [read.fault];
    }
    try {
      const documents = readYaml(read.text) as readonly Value[];
      return [...(mergesIn(documents) ? [`${file} has a quoted key <<`] : []), ...take(documents)];
    } catch (error) {
      return [`${file} cannot be read: ${describeError(error)}`];
    }
  }

  private text(file: string): string[] {
    const read = this.read(file);
    if ("fault" in read) {
      return [read.fault];
    }
    this.keep(file, read.text);
    return [];
  }

  private read(file: string): ReturnType<typeof plainText> {
    const [content = Buffer.alloc(0)] = this.commit.read([file]);
    const read = plainText(content);
    return "fault" in read ? { fault: `${file} ${read.fault}` } : read;
  }

  private keep(file: string, text: string): void {
    this.written += text.length;
    if (this.written > MAX_WRITTEN_BYTES) {
      throw new Error(`it expands to more than ${MAX_WRITTEN_BYTES / 1024 / 1024} MiB`);
    }
    this.files.set(file, text);
  }
}

/** A patch is YAML within YAML. */
function withPatchRead(item: Value): Value {
  return isObject(item) && typeof item.patch === "string"
    ? { ...item, patch: writeYaml(readYaml(item.patch)) }
    : item;
}

/** Whether a value has a merge key, which kustomize honours also in quotes. */
function mergesIn(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.entries(value).some(
      ([key, one]) => (!Array.isArray(value) && key === "<<") || mergesIn(one),
    )
  );
}

/** Matches `github.com/acme/shop`, which is a URL to kustomize even if a folder has that name. */
function looksLikeHost(path: string): boolean {
  const [first = "", ...rest] = path.split("/");
  return rest.length > 0 && first !== "." && first !== ".." && first.includes(".");
}

function listOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}

/** Matches all characters except printable ones, tabs and line ends. Some of them end a line only for some YAML libraries. */
const NOT_PLAIN =
  /\r(?!\n)|[^\t\n\r\u0020-\u007e\u00a0-\u{10ffff}]|[\u2028\u2029\ufeff\ufffe\uffff]/u;

/**
 * Reads a foreign file, if YAML libraries, kustomize and people interpret its characters in the same way.
 *
 * @returns the text, or its fault
 */
function plainText(content: Buffer): { readonly text: string } | { readonly fault: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return { fault: "is not UTF-8" };
  }
  const [character] = NOT_PLAIN.exec(text) ?? [];
  if (character === undefined) {
    return { text };
  }
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { fault: `has the character ${name}, which is not plain text` };
}
