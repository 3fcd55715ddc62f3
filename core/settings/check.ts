import type { z } from "zod";
import { suggest } from "../suggest";
import { lowerBoundIn } from "./comparisons";
import { ConfigError, type ConfigFault } from "./config-error";
import { configPath } from "./config-path";
import { type Configuration, shown } from "./configuration";
import { hostNameFaults } from "./host-names";
import {
  higherOf,
  type Layer,
  mergeLayers,
  type Origin,
  originOf,
  unsetIn,
  type Value,
  valueAt,
  withoutUnset,
} from "./layers";
import { placementDefaults } from "./placement";
import {
  PROJECT_SETTING_NAMES,
  type ProjectSettings,
  projectSettingsSchema,
  type Settings,
  settingsSchema,
} from "./schema";
import type { StackName } from "./stack-name";

type Issue = z.core.$ZodIssue;

/**
 * Checks settings and fills in the defaults.
 *
 * @throws {ConfigError} with one fault for each thing that is wrong
 */
export function check(configuration: Configuration): Settings {
  const { stack } = configuration.name;
  const result = settingsSchema.safeParse(
    mergeLayers(placementDefaults(configuration.merged), configuration.merged),
  );
  const faults = [
    ...(result.error?.issues ?? []).flatMap((issue) => describe(issue, configuration)),
    ...misplaced(configuration),
    ...unknownUnset(configuration),
    ...(result.success ? hostNameFaults(stack, result.data) : []),
  ];
  if (result.success && faults.length === 0) {
    return result.data;
  }
  throw new ConfigError(`the configuration of stack "${stack}" is not valid`, faults);
}

/**
 * Checks the settings for all environments together, which only Pulumi.yaml may have.
 *
 * @param project - the layer of Pulumi.yaml, as written
 * @throws {ConfigError} with one fault for each thing that is wrong
 */
export function checkProject(project: Layer): ProjectSettings {
  const merged = withoutUnset(project);
  const result = projectSettingsSchema.safeParse(merged);
  if (result.success) {
    return result.data;
  }
  const name = { stack: "", owner: "", profile: "" };
  const layers = { project, profile: {}, stack: {} };
  const configuration = { name, layers, merged, secrets: new Set<string>() };
  const faults = result.error.issues.flatMap((issue) => describe(issue, configuration));
  throw new ConfigError("the project's configuration is not valid", faults);
}

/** Finds unset names that are not settings: merging has removed them before the schema checks the settings. */
function unknownUnset(configuration: Configuration): ConfigFault[] {
  const { project, profile, stack } = configuration.layers;
  return [project, profile, stack]
    .flatMap((layer) => unsetIn(layer))
    .filter((path) => {
      const known = knownKeys(path.slice(0, -1));
      return known.length > 0 && !known.includes(path.at(-1) ?? "");
    })
    .map((path) => unknownKey(path, configuration));
}

/** A value in one environment's file would apply to no other environment, so it is refused. */
function misplaced({ layers, name }: Configuration): ConfigFault[] {
  return (["profile", "stack"] as const).flatMap((origin) =>
    PROJECT_SETTING_NAMES.filter((key) => key in layers[origin]).map((key) => ({
      message: `${key} is a setting of all environments together${where(origin, name)}`,
      fix: `set it in Pulumi.yaml and remove it here: ${
        origin === "stack" ? configCommand("rm", [key], "", name) : `edit ${fileOf(origin, name)}`
      }`,
    })),
  );
}

function describe(issue: Issue, configuration: Configuration): ConfigFault[] {
  const { name, layers } = configuration;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...issue.path, key], configuration));
  }
  const origin = originOf(layers, issue.path);
  const bound = lowerBoundIn(issue);
  return [
    {
      message: `${configPath(issue.path)} must be ${issue.message}; ${gotAt(issue.path, configuration)}${where(origin, name)}`,
      fix:
        bound === undefined
          ? fixOf(issue.path, origin, defaultAt(issue.path, configuration.merged), name)
          : // Two settings contradict each other: the fix names the one in the higher layer.
            fixOf(issue.path, higherOf(origin, originOf(layers, bound.path)), bound.value, name),
    },
  ];
}

function gotAt(path: readonly PropertyKey[], configuration: Configuration): string {
  const value = valueAt(configuration.merged, path);
  if (value !== undefined) {
    return `got ${JSON.stringify(shown(value, path, configuration))}`;
  }
  const fallback = defaultAt(path, configuration.merged);
  return fallback === undefined ? "is not set" : `its default is ${JSON.stringify(fallback)}`;
}

function unknownKey(path: readonly PropertyKey[], { name, layers }: Configuration): ConfigFault {
  const known = knownKeys(path.slice(0, -1));
  const key = String(path.at(-1));
  const meant = suggest(key, known);
  const origin = originOf(layers, path);
  const hint = meant === undefined ? `the keys are ${known.join(", ")}` : `did you mean ${meant}?`;
  return {
    message: `${configPath(path)} is not a setting${where(origin, name)}; ${hint}`,
    fix:
      origin === "stack"
        ? configCommand("rm", path, "", name)
        : `remove it from ${fileOf(origin, name)}`,
  };
}

/** The names that a settings object, at any depth, may have. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = settingsSchema;
  for (const key of path) {
    schema = childSchema(schema, String(key));
  }
  return Object.keys(shapeOf(schema) ?? {});
}

function childSchema(schema: unknown, key: string): unknown {
  const inner = unwrap(schema) as {
    shape?: Record<string, unknown>;
    valueType?: unknown;
    element?: unknown;
  };
  return inner.shape?.[key] ?? inner.valueType ?? inner.element;
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  return (unwrap(schema) as { shape?: Record<string, unknown> } | undefined)?.shape;
}

/** Removes defaults, optionality and transforms from a schema. */
function unwrap(schema: unknown): unknown {
  const { def } = (schema ?? {}) as { def?: { innerType?: unknown; in?: unknown } };
  const inner = def?.innerType ?? def?.in;
  return inner === undefined ? schema : unwrap(inner);
}

function defaultAt(path: readonly PropertyKey[], merged: Layer): Value | undefined {
  return (
    valueAt(placementDefaults(merged), path) ??
    valueAt(settingsSchema.parse({}) as unknown as Layer, path)
  );
}

/** @param proposal - a valid value; only a scalar can be proposed */
function fixOf(
  path: readonly PropertyKey[],
  origin: Origin,
  proposal: Value | undefined,
  name: StackName,
): string {
  if (origin === "project" || origin === "profile") {
    return `edit ${configPath(path)} in ${fileOf(origin, name)}`;
  }
  if (proposal !== undefined && typeof proposal !== "object") {
    return configCommand("set", path, String(proposal), name);
  }
  return origin === "stack"
    ? configCommand("rm", path, "", name)
    : configCommand("set", path, "<value>", name);
}

function configCommand(
  verb: "set" | "rm",
  path: readonly PropertyKey[],
  value: string,
  name: StackName,
): string {
  const key = configPath(path);
  const quoted = /[^\w.]/.test(key) ? `'${key}'` : key;
  const words = ["pulumi config", verb, path.length > 1 ? "--path" : "", quoted, value];
  return [...words, "--stack", name.stack].filter((word) => word !== "").join(" ");
}

function fileOf(origin: Origin, name: StackName): string {
  return origin === "project"
    ? "Pulumi.yaml"
    : `Pulumi.${origin === "profile" ? name.profile : name.stack}.yaml`;
}

function where(origin: Origin, name: StackName): string {
  return origin === "default" ? "" : ` (in ${fileOf(origin, name)})`;
}
