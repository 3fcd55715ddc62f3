import { isDeepStrictEqual } from "node:util";

/** A plain value as YAML and JSON have it. */
export type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [key: string]: Value };
/** Settings as written in one file, before defaults and checks. */
export type Layer = { readonly [key: string]: Value };

/** Where a setting can come from, lowest first: a later one wins. */
const ORIGINS = ["default", "project", "profile", "stack"] as const;
export type Origin = (typeof ORIGINS)[number];
export type Layers = Readonly<Record<Exclude<Origin, "default">, Layer>>;

/**
 * Whether a value unsets a setting, like null in Helm: as if no lower layer had set it. An empty text does the same, because the
 * engine passes it for a null at the top of a config.
 */
export function isUnset(value: Value | undefined): value is null | "" {
  return value === null || value === "";
}

/** Merged layers without the unset values. */
export function withoutUnset(layer: Layer): Layer {
  return Object.fromEntries(
    Object.entries(layer).flatMap(([key, value]) =>
      isUnset(value) ? [] : [[key, isObject(value) ? withoutUnset(value) : value]],
    ),
  );
}

/** The paths that a layer unsets. */
export function unsetIn(layer: Layer, path: readonly string[] = []): (readonly string[])[] {
  return Object.entries(layer).flatMap(([key, value]) => {
    const here = [...path, key];
    return isObject(value) ? unsetIn(value, here) : isUnset(value) ? [here] : [];
  });
}

/** Whether a layer unsets the value at this path, or an object that contains it. */
export function unsetsAt(layer: Layer, path: readonly PropertyKey[]): boolean {
  return path.some((_, index) => isUnset(valueAt(layer, path.slice(0, index + 1))));
}

/** Puts one layer over another: objects are merged key by key; anything else, lists included, is replaced. */
export function mergeLayers(lower: Layer, upper: Layer): Layer {
  const merged: Record<string, Value> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? mergeLayers(below, value) : value;
  }
  return merged;
}

/** The value at a path, or undefined. */
export function valueAt(layer: Value | undefined, path: readonly PropertyKey[]): Value | undefined {
  return path.reduce<Value | undefined>((value, key) => {
    if (Array.isArray(value)) {
      return (value as readonly Value[])[Number(key)];
    }
    return isObject(value) ? value[String(key)] : undefined;
  }, layer);
}

/** The highest layer that sets or unsets a value at this path. */
export function originOf(layers: Layers, path: readonly PropertyKey[]): Origin {
  const origin = (["stack", "profile", "project"] as const).find(
    (origin) => valueAt(layers[origin], path) !== undefined || unsetsAt(layers[origin], path),
  );
  return origin ?? "default";
}

/** The origin that takes precedence over the other. */
export function higherOf(one: Origin, other: Origin): Origin {
  return ORIGINS.indexOf(one) > ORIGINS.indexOf(other) ? one : other;
}

/**
 * Whether two values are the same setting. `2`, as YAML parses it, equals "2", as the engine passes it; the order of an
 * object's keys does not matter.
 */
export function isSameValue(one: Value, other: Value): boolean {
  return typeof one === "object" || typeof other === "object"
    ? isDeepStrictEqual(one, other)
    : String(one) === String(other);
}

export function isObject(value: Value | undefined): value is Layer {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
