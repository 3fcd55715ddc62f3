import { isObject, type Layer, type Value } from "../settings/layers";

export interface Name {
  /** Such as `resources` or `patches.path`. */
  readonly field: string;
  readonly value: string;
  /** The kind that kustomize expects. */
  readonly kind: "file" | "folder" | "either";
  /** Whether it configures a kustomize plugin, and so can contain paths itself. */
  readonly isPlugin: boolean;
}

/** Replaces a path. @returns undefined to keep it */
export type Renaming = (name: Name) => string | undefined;

type Kinds = Readonly<Record<string, Name["kind"]>>;

/** Fields with lists of paths. */
const LISTS: Kinds = {
  resources: "either",
  bases: "either",
  components: "folder",
  crds: "file",
  configurations: "file",
  patchesStrategicMerge: "file",
  generators: "either",
  transformers: "either",
  validators: "either",
  // In a plugin's configuration.
  paths: "file",
  files: "file",
  envs: "file",
  additionalValuesFiles: "file",
};
const PLUGINS: readonly string[] = ["generators", "transformers", "validators"];

const SINGLES: Kinds = { path: "file", env: "file", valuesFile: "file" };

/** Fields with objects, or lists of objects, that contain paths. */
const NESTED: readonly string[] = [
  "patches",
  "patchesJson6902",
  "replacements",
  "configMapGenerator",
  "secretGenerator",
  "helmCharts",
  "openapi",
];

/**
 * Replaces the paths in a kustomization, or in a plugin's configuration.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/types/kustomization.go
 */
export function renamed(kustomization: Layer, rename: Renaming): Layer {
  return inFields(kustomization, "", rename);
}

function inFields(fields: Layer, within: string, rename: Renaming): Layer {
  return Object.fromEntries(
    Object.entries(fields).map(([word, value]) => [word, inField(word, value, within, rename)]),
  );
}

function inField(word: string, value: Value, within: string, rename: Renaming): Value {
  const field = within + word;
  if (NESTED.includes(word)) {
    const nested = (one: Value) => (isObject(one) ? inFields(one, `${field}.`, rename) : one);
    return Array.isArray(value) ? (value as readonly Value[]).map(nested) : nested(value);
  }
  const kind = LISTS[word] ?? SINGLES[word];
  if (kind === undefined) {
    return value;
  }
  const isPlugin = PLUGINS.includes(word);
  const each = (one: Value) =>
    typeof one === "string" ? renamedIn(one, { field, kind, isPlugin }, rename) : one;
  return Array.isArray(value) ? (value as readonly Value[]).map(each) : each(value);
}

/** Some entries may be inline YAML, and a generator's entry may be `key=path`. */
function renamedIn(text: string, about: Omit<Name, "value">, rename: Renaming): string {
  if (text.includes("\n") || text.includes(": ")) {
    return text;
  }
  const [, key = "", value = ""] = /\.files$|^files$/.test(about.field)
    ? (/^([^=]*=)?(.*)$/s.exec(text) ?? [])
    : ["", "", text];
  const other = rename({ ...about, value });
  return other === undefined ? text : key + other;
}

/** The paths in a kustomization, or in a plugin's configuration. */
export function namesIn(kustomization: Layer): Name[] {
  const names: Name[] = [];
  renamed(kustomization, (name) => {
    names.push(name);
    return undefined;
  });
  return names;
}
