/** The inputs of `command:local:Command` and `command:local:run`. */
import {
  containsUnknown,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  stripSecrets,
} from "../protocol/properties";
import type { CheckFailure } from "../protocol/provider";

/** Output of a command that is shown while it runs. */
const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"] as const;
export type Logging = (typeof LOGGING)[number];

/** Options of a command. */
export interface Execution {
  readonly stdin: string | undefined;
  /** @default "stdoutAndStderr" */
  readonly logging: Logging;
  /** Program that gets the command as its last argument. @default ["/bin/sh", "-c"] */
  readonly interpreter: readonly string[];
  /** The working directory. @default - that of the plugin, which is the project's */
  readonly dir: string | undefined;
  /** Added to the plugin's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the environment contains the output of the previous command. @default true */
  readonly addPreviousOutputInEnv: boolean;
}

/** A value of the right type, or undefined. */
type Parser<T> = (value: PropertyValue | undefined) => T | undefined;

export const asString: Parser<string> = (value) => (typeof value === "string" ? value : undefined);

const asBoolean: Parser<boolean> = (value) => (typeof value === "boolean" ? value : undefined);

const asList: Parser<PropertyValue[]> = (value) => (Array.isArray(value) ? value : undefined);

const asStrings: Parser<string[]> = (value) => {
  const strings = asList(value)?.filter((element) => typeof element === "string");
  return strings?.length === asList(value)?.length ? strings : undefined;
};

const asStringMap: Parser<Record<string, string>> = (value) => {
  if (!isPropertyMap(value)) {
    return undefined;
  }
  const entries = Object.entries(value);
  const strings = entries.flatMap(([name, element]) =>
    typeof element === "string" ? [[name, element] as const] : [],
  );
  return strings.length === entries.length ? Object.fromEntries(strings) : undefined;
};

const asLogging: Parser<Logging> = (value) => LOGGING.find((logging) => logging === value);

interface Input {
  readonly parse: Parser<unknown>;
  readonly expected: string;
}

type Inputs = Readonly<Record<string, Input>>;

const STRING: Input = { parse: asString, expected: "a string" };

const EXECUTION_INPUTS: Inputs = {
  stdin: STRING,
  logging: { parse: asLogging, expected: `one of ${LOGGING.join(", ")}` },
  interpreter: { parse: asStrings, expected: "a list of strings" },
  dir: STRING,
  environment: { parse: asStringMap, expected: "an object of strings" },
  addPreviousOutputInEnv: { parse: asBoolean, expected: "true or false" },
};

export const RESOURCE_INPUTS: Inputs = {
  ...EXECUTION_INPUTS,
  create: STRING,
  update: STRING,
  delete: STRING,
  triggers: { parse: asList, expected: "a list" },
};

export const FUNCTION_INPUTS: Inputs = { ...EXECUTION_INPUTS, command: STRING };

/** Inputs of the official plugin that this one does not support. */
const UNSUPPORTED = ["assetPaths", "archivePaths"];

/** Returns the faults of the inputs. Unknown parts count as valid. */
export function findFailures(inputs: PropertyMap, known: Inputs): CheckFailure[] {
  const unsupported = UNSUPPORTED.filter((property) => Object.hasOwn(inputs, property)).map(
    (property) => ({
      property,
      reason: "this minimal stand-in plugin has no assets; install the official command plugin",
    }),
  );
  const mistyped = Object.entries(known).flatMap(([property, { parse, expected }]) => {
    const input = inputs[property] ?? null;
    return input === null || containsUnknown(input) || parse(stripSecrets(input)) !== undefined
      ? []
      : [{ property, reason: `must be ${expected}` }];
  });
  return [...unsupported, ...mistyped];
}

/** Returns the inputs without those that the command ignores. */
export function pickInputs(inputs: PropertyMap, known: Inputs): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => Object.hasOwn(known, name) && value !== null),
  );
}

/** @param inputs - checked and known */
export function toExecution(inputs: PropertyMap): Execution {
  const plain = stripSecrets(inputs);
  const interpreter = asStrings(plain.interpreter) ?? [];
  return {
    stdin: asString(plain.stdin),
    logging: asLogging(plain.logging) ?? "stdoutAndStderr",
    interpreter: interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"],
    dir: asString(plain.dir),
    environment: asStringMap(plain.environment) ?? {},
    addPreviousOutputInEnv: asBoolean(plain.addPreviousOutputInEnv) ?? true,
  };
}
