import type { z } from "zod";
import { suggest } from "../lib/suggest";
import { ConfigError, type ConfigFault } from "./config-error";
import { type Layer, type Origin, originOf, valueAt } from "./layers";
import { type Settings, settingsSchema } from "./schema";
import type { StackName } from "./stack-name";

type Layers = Readonly<Record<Exclude<Origin, "default">, Layer>>;
type Issue = z.core.$ZodIssue;

/**
 * Checks settings and fills in the defaults.
 *
 * @param merged - all layers in one
 * @param layers - the same apart: they tell where a wrong value was written, and so how to mend it
 * @throws {ConfigError} with one fault for each thing that is wrong
 */
export function check(merged: Layer, layers: Layers, name: StackName): Settings {
  const result = settingsSchema.safeParse(merged);
  if (result.success) {
    return result.data;
  }
  const faults = result.error.issues.flatMap((issue) => describe(issue, merged, layers, name));
  throw new ConfigError(`the configuration of stack "${name.stack}" is not valid`, faults);
}

function describe(issue: Issue, merged: Layer, layers: Layers, name: StackName): ConfigFault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey([...issue.path, key], layers, name));
  }
  const value = valueAt(merged, issue.path);
  const origin = originOf(layers, issue.path);
  const got = value === undefined ? "is not set" : `got ${JSON.stringify(value)}`;
  return [
    {
      message: `${dotted(issue.path)} must be ${issue.message}; ${got}${where(origin, name)}`,
      fix: fixOf(issue.path, origin, name),
    },
  ];
}

function unknownKey(path: readonly PropertyKey[], layers: Layers, name: StackName): ConfigFault {
  const known = knownKeys(path.slice(0, -1));
  const key = String(path.at(-1));
  const meant = suggest(key, known);
  const origin = originOf(layers, path);
  const hint = meant === undefined ? `the keys are ${known.join(", ")}` : `did you mean ${meant}?`;
  return {
    message: `${dotted(path)} is no setting${where(origin, name)}; ${hint}`,
    fix:
      origin === "stack"
        ? configCommand("rm", path, "", name)
        : `remove it from ${fileOf(origin, name)}`,
  };
}

/** Names that a (nested) object of settings may have. */
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

/** Takes defaults, optionality and transforms off a schema. */
function unwrap(schema: unknown): unknown {
  const { def } = (schema ?? {}) as { def?: { innerType?: unknown; in?: unknown } };
  const inner = def?.innerType ?? def?.in;
  return inner === undefined ? schema : unwrap(inner);
}

function fixOf(path: readonly PropertyKey[], origin: Origin, name: StackName): string {
  if (origin === "project" || origin === "profile") {
    return `edit ${dotted(path)} in ${fileOf(origin, name)}`;
  }
  const fallback = valueAt(settingsSchema.parse({}) as unknown as Layer, path);
  if (fallback !== undefined && typeof fallback !== "object") {
    return configCommand("set", path, String(fallback), name);
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
  const key = dotted(path);
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

/** As Pulumi writes a path: `images.frontend.tag`, `images["acme/api"].tag`, `developers[0].name`. */
function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => {
      if (typeof key === "number") {
        return `[${key}]`;
      }
      const word = String(key);
      return /^\w+$/.test(word) ? `${index === 0 ? "" : "."}${word}` : `[${JSON.stringify(word)}]`;
    })
    .join("");
}
