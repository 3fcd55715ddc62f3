/** The differences between two property maps, by property path. */
import { isDeepStrictEqual } from "node:util";
import { isPropertyMap, type PropertyMap, type PropertyValue, Secret } from "./properties";
import type { PropertyDiff } from "./provider";

/**
 * Returns the smallest parts that differ. A secret equals a plain value with the same content.
 *
 * @param mustReplace whether a change at this path can only be made by a new resource.
 * @returns paths in the engine's notation: `nodePool.taints[0].key`, `labels["a.b/c"]`.
 */
export function diffProperties(
  olds: PropertyMap,
  news: PropertyMap,
  mustReplace: (path: string) => boolean,
): Record<string, PropertyDiff> {
  const differences = [...diffMaps("", olds, news)];
  return Object.fromEntries(
    differences.map(([path, kind]) => [
      path,
      { kind, replace: mustReplace(path), inputDiff: true },
    ]),
  );
}

export type Difference = [path: string, kind: PropertyDiff["kind"]];

function* diffMaps(path: string, olds: PropertyMap, news: PropertyMap): Generator<Difference> {
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    yield* diffValues(member(path, name), olds[name], news[name]);
  }
}

/** The smallest parts in which two values at a path differ. */
export function* diffValues(
  path: string,
  oldValue: PropertyValue | undefined,
  newValue: PropertyValue | undefined,
): Generator<Difference> {
  const before = open(oldValue);
  const after = open(newValue);
  if (isDeepStrictEqual(before, after)) {
    return;
  }
  if (before === null) {
    yield [path, "add"];
  } else if (after === null) {
    yield [path, "delete"];
  } else if (isPropertyMap(before) && isPropertyMap(after)) {
    yield* diffMaps(path, before, after);
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      yield* diffValues(`${path}[${i}]`, before[i], after[i]);
    }
  } else {
    yield [path, "update"];
  }
}

/** Null equals absent, and a secret equals its content. */
function open(value: PropertyValue | undefined): PropertyValue {
  return value instanceof Secret ? open(value.value) : (value ?? null);
}

/** The path of an object's property; `path` is empty for the outermost object. */
export function member(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
    return `${path}[${JSON.stringify(name)}]`;
  }
  return path === "" ? name : `${path}.${name}`;
}
