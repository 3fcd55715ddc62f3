/** The options of `runtime:` in Pulumi.yaml. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UserError } from "../errors";
import { decode, type PropertyMap } from "../protocol/properties";

/** @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options */
export interface RuntimeOptions {
  /** Whether the program may be TypeScript, run by ts-node. @default true */
  readonly typescript: boolean;
  /** Path of the tsconfig.json that ts-node uses; undefined for the one beside the program. */
  readonly tsconfig: string | undefined;
  /** Arguments for node itself. @default [] */
  readonly nodeArguments: readonly string[];
}

/** @throws {UserError} when an option has the wrong type, or selects a package manager other than npm. */
export function parseRuntimeOptions(struct: Struct | undefined): RuntimeOptions {
  const options = decode(struct);
  const packageManager = optional(options, "packagemanager", "string") ?? "npm";
  if (packageManager !== "npm" && packageManager !== "auto") {
    throw new UserError(
      `runtime option packagemanager is "${packageManager}", and this minimal language host knows npm only`,
      "set it to npm in Pulumi.yaml, or install the official pulumi-language-nodejs",
    );
  }
  return {
    typescript: optional(options, "typescript", "boolean") ?? true,
    tsconfig: optional(options, "tsconfig", "string"),
    nodeArguments: splitArguments(optional(options, "nodeargs", "string") ?? ""),
  };
}

interface OptionTypes {
  string: string;
  boolean: boolean;
}

function optional<T extends keyof OptionTypes>(
  options: PropertyMap,
  name: string,
  type: T,
): OptionTypes[T] | undefined {
  const value = options[name];
  if (value === undefined || isOfType(value, type)) {
    return value;
  }
  throw new UserError(
    `runtime option ${name} must be a ${type}, got ${JSON.stringify(value)}`,
    `set runtime.options.${name} in Pulumi.yaml to a ${type}`,
  );
}

function isOfType<T extends keyof OptionTypes>(value: unknown, type: T): value is OptionTypes[T] {
  return typeof value === type;
}

/** Splits at blanks, as a shell does; single and double quotes keep blanks together. */
function splitArguments(line: string): string[] {
  const words = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double ?? single ?? "",
    ),
  );
}
