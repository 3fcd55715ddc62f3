import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { KubernetesObject } from "../manifests/manifest";
import { isObject, type Layer, type Value } from "../settings/layers";
import { objectsIn, readObjects } from "./kustomization-file";

/** A patch of a tree. Its target may be a pattern, as in kustomize. */
export interface Patch {
  /** The file that it is written in, absolute. */
  readonly file: string;
  /** @default - any */
  readonly kind?: string;
  /** @default - any */
  readonly name?: string;
}

const WORDS = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/**
 * The patches that a kustomization lists.
 *
 * @param path - of the kustomization, absolute
 */
export function patchesIn(kustomization: Layer, path: string): Patch[] {
  const entries = WORDS.flatMap((word) => kustomization[word] ?? []) as readonly Value[];
  return entries.flatMap((entry) => patchesOf(entry, path));
}

/** An entry names a file with patches, or has them itself. */
function patchesOf(entry: Value, kustomization: string): Patch[] {
  const { path, patch, target } = isObject(entry) ? entry : { path: entry };
  const named = typeof path === "string" ? resolve(dirname(kustomization), path) : "";
  const file = existsSync(named) ? named : kustomization;
  if (isObject(target)) {
    return [{ file, ...wordOf("kind", target.kind), ...wordOf("name", target.name) }];
  }
  const text = patch ?? path;
  const inline = typeof text === "string" ? objectsIn(text) : [];
  const objects = file === named ? readObjects(file) : inline;
  return (objects ?? []).map(({ kind, metadata = null }) => ({
    file,
    ...wordOf("kind", kind),
    ...wordOf("name", isObject(metadata) ? metadata.name : undefined),
  }));
}

const wordOf = (field: "kind" | "name", value: Value | undefined) =>
  typeof value === "string" ? { [field]: value } : {};

/**
 * Whether a patch may have made an object what it is. Selectors of labels are not looked at.
 *
 * @param isRenamed - whether the tree gives its objects prefixes or suffixes
 */
export function mayChange(
  { kind, name }: Patch,
  object: KubernetesObject,
  isRenamed: boolean,
): boolean {
  const whole = object.metadata.name;
  const names = isRenamed || HASHED.includes(object.kind) ? partsOf(whole) : [whole];
  return fits(kind, [object.kind]) && fits(name, names);
}

/** Generated ones get a suffix of their own. */
const HASHED = ["ConfigMap", "Secret"];

/** The name that a patch knows is one of these: prefixes and suffixes are around it. */
function partsOf(name: string): string[] {
  const words = name.split("-");
  return words.flatMap((_, from) =>
    words.slice(from).map((_word, count) => words.slice(from, from + count + 1).join("-")),
  );
}

/** Of patterns only alternatives are understood; any other may fit. */
function fits(pattern: string | undefined, values: readonly string[]): boolean {
  return (
    pattern === undefined ||
    !/^[\w.|-]+$/.test(pattern) ||
    pattern.split("|").some((one) => values.includes(one))
  );
}
