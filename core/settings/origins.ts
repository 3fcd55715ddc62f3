import { configPath } from "./config-path";
import { type Configuration, shown } from "./configuration";
import { isObject, type Layer, type Origin, originOf, type Value } from "./layers";
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
 * comes from one layer.
 */
export function originsOf(settings: Settings, configuration: Configuration): Origins {
  return Object.fromEntries(
    leavesOf(settings as unknown as Layer).map(([path, value]) => [
      configPath(path),
      { value: shown(value, path, configuration), origin: originOf(configuration.layers, path) },
    ]),
  );
}

function leavesOf(layer: Layer, path: readonly string[] = []): [readonly string[], Value][] {
  return Object.entries(layer).flatMap(([key, value]) =>
    isObject(value) ? leavesOf(value, [...path, key]) : [[[...path, key], value]],
  );
}
