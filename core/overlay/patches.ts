import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { KubernetesObject } from "../manifests/manifest";
import { isObject, type Layer, type Value } from "../settings/layers";
import { objectsIn, readObjects } from "./kustomization-file";

/** A patch in a tree. Its target may be a pattern, as in kustomize. */
export interface Patch {
  /** Its file, absolute. */
  readonly file: string;
  /** @default - any */
  readonly kind?: string;
  /** @default - any */
  readonly name?: string;
}

const WORDS = ["patches", "patchesJson6902", "patchesStrategicMerge"];

/**
 * The patches of a kustomization.
 *
 * @param path - of the kustomization, absolute
 */
export function patchesIn(kustomization: Layer, path: string): Patch[] {
  const entries = WORDS.flatMap((word) => kustomization[word] ?? []) as readonly Value[];
  return entries.flatMap((entry) => patchesOf(entry, path));
}

/** An entry is the path of a patch file, or an inline patch. */
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
 * Whether a patch may have changed an object. Ignores label selectors.
 *
 * @param isRenamed - whether the tree adds prefixes or suffixes to names
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

/** kustomize adds a suffix to the names of generated ones. */
const HASHED = ["ConfigMap", "Secret"];

/** The possible names before prefixes and suffixes were added. */
function partsOf(name: string): string[] {
  const words = name.split("-");
  return words.flatMap((_, from) =>
    words.slice(from).map((_word, count) => words.slice(from, from + count + 1).join("-")),
  );
}

/** Understands patterns with alternatives; any other pattern may match. */
function fits(pattern: string | undefined, values: readonly string[]): boolean {
  return (
    pattern === undefined ||
    !/^[\w.|-]+$/.test(pattern) ||
    pattern.split("|").some((one) => values.includes(one))
  );
}
