import { configPath } from "./config-path";
import { type Configuration, shown } from "./configuration";
import {
  isObject,
  type Layer,
  type Origin,
  originOf,
  unsetIn,
  unsetsAt,
  type Value,
  valueAt,
} from "./layers";
import type { Settings } from "./schema";

export interface SettingOrigin {
  /** `[secret]` for a value that the stack keeps encrypted. */
  readonly value: Value;
  readonly origin: Origin;
}

/** By path, as `pulumi config --path` takes it, in the schema's order. */
export type Origins = Readonly<Record<string, SettingOrigin>>;

/**
 * Finds the origin of every value. Objects are merged key by key, so each value in an object has its own origin; a list
 * comes from one layer. An unset value is null, unless it has a default.
 */
export function originsOf(settings: Settings, configuration: Configuration): Origins {
  const { layers } = configuration;
  const values = settings as unknown as Layer;
  const unset = Object.values(layers)
    .flatMap((layer) => unsetIn(layer))
    .filter((path) => valueAt(values, path) === undefined)
    .map((path): [readonly string[], Value] => [path, null]);
  return Object.fromEntries(
    [...leavesOf(values), ...unset].map(([path, value]) => {
      const origin = originOf(layers, path);
      const isDefault = value !== null && origin !== "default" && unsetsAt(layers[origin], path);
      return [
        configPath(path),
        { value: shown(value, path, configuration), origin: isDefault ? "default" : origin },
      ];
    }),
  );
}

function leavesOf(layer: Layer, path: readonly string[] = []): [readonly string[], Value][] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isObject(value) ? leavesOf(value, [...path, key]) : [[[...path, key], value]],
  );
}
