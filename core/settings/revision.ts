import { createHash } from "node:crypto";
import { configPath } from "./config-path";
import { isObject, isUnset, type Layer, unsetsAt, type Value, valueAt } from "./layers";

/** The settings of a stack itself, without those of its profile and project. */
export interface OwnSettings {
  readonly own: Layer;
  /** A hash of the settings: equal settings have equal revisions. */
  readonly revision: string;
}

/** The config key in which `doks-env` lists the stack's own settings: the engine mixes in the project's values. */
export const OWN_SETTINGS_KEY = "doks-env:settings";

/** A key in a stack's own file: the revision of the environment's settings that the file is based on. */
export const BASED_ON = "doks-env:basedOn";

const REVISION_LENGTH = 12;

/** Hashes a stack's settings. `2` and "2" are the same setting, and the order of keys does not matter. */
export function revisionOf(own: Layer): string {
  return createHash("sha256").update(canonical(own)).digest("hex").slice(0, REVISION_LENGTH);
}

/** The settings that `doks-env` passed; undefined when plain `pulumi` runs the program. */
export function ownSettingsIn(
  config: Readonly<Record<string, string>>,
): { readonly names: readonly string[]; readonly revision: string } | undefined {
  const text = config[OWN_SETTINGS_KEY];
  return text === undefined
    ? undefined
    : (JSON.parse(text) as { readonly names: readonly string[]; readonly revision: string });
}

/** The value of {@link OWN_SETTINGS_KEY}. */
export function ownSettingsText({ own, revision }: OwnSettings): string {
  return JSON.stringify({ names: Object.keys(own), revision });
}

/** A setting whose value differs in two layers; `undefined` in a layer that does not set it. */
export interface Difference {
  /** In the form of `pulumi config --path`. */
  readonly path: string;
  readonly mine: Value | undefined;
  readonly theirs: Value | undefined;
}

/** The settings in which two layers differ, by path. */
export function differences(mine: Layer, theirs: Layer): Difference[] {
  const paths = new Map(
    [...leavesOf(mine), ...leavesOf(theirs)].map((path) => [configPath(path), path]),
  );
  return [...paths]
    .filter(([, keys]) => ![mine, theirs].some((layer) => unsetsAt(layer, keys.slice(0, -1))))
    .map(([path, keys]) => ({ path, mine: valueAt(mine, keys), theirs: valueAt(theirs, keys) }))
    .filter((found) => canonical(found.mine) !== canonical(found.theirs))
    .filter(({ mine: one, theirs: other }) => !(isObject(one) && isFilled(other)))
    .filter(({ mine: one, theirs: other }) => !(isObject(other) && isFilled(one)))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

function isFilled(value: Value | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}

/** Paths of all values that are not objects, and of empty objects. */
function leavesOf(layer: Layer, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isObject(value) && isFilled(value) ? leavesOf(value, [...path, key]) : [[...path, key]],
  );
}

function canonical(value: Value | undefined): string {
  if (Array.isArray(value)) {
    return `[${(value as readonly Value[]).map(canonical).join(",")}]`;
  }
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  // Quoted, so that a text cannot look like a list, an object or a missing value.
  return value === undefined
    ? ""
    : JSON.stringify(`${isUnset(value) ? null : (value as string | number | boolean)}`);
}
