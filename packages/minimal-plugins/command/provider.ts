/** The resource `command:local:Command` and the function `command:local:run`. */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { status } from "@grpc/grpc-js";
import { diffProperties } from "../protocol/diff";
import { ProviderError } from "../protocol/errors";
import {
  containsSecret,
  type PropertyMap,
  Secret,
  stripSecrets,
  UNKNOWN,
} from "../protocol/properties";
import { type ResourceProvider, WITHOUT_CONFIGURATION } from "../protocol/provider";
import {
  asString,
  FUNCTION_INPUTS,
  findFailures,
  pickInputs,
  RESOURCE_INPUTS,
  toExecution,
} from "./command-inputs";
import { type CommandOutput, runCommand } from "./run-command";

const COMMAND = "command:local:Command";
const RUN = "command:local:run";

/** @see https://github.com/pulumi/pulumi-command/tree/v1.2.1/provider/pkg/provider/local */
export const commandProvider: ResourceProvider = {
  ...WITHOUT_CONFIGURATION,

  check: async ({ type, news }) => {
    if (type !== COMMAND) {
      throw unsupported("resource", type, COMMAND);
    }
    return {
      inputs: pickInputs(news, RESOURCE_INPUTS),
      failures: findFailures(news, RESOURCE_INPUTS),
    };
  },

  /** The SDK itself asks for a replacement when a trigger changes. */
  diff: async ({ oldInputs, news }) => ({
    detailedDiff: diffProperties(oldInputs, news, (path) => path === "triggers"),
  }),

  create: async (request, context) => {
    const { name, properties: inputs, preview, timeout } = request;
    if (preview) {
      return { id: "", properties: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
    }
    const command = asString(stripSecrets(inputs).create);
    const output =
      command === undefined
        ? { stdout: "", stderr: "" }
        : await runCommand(command, toExecution(inputs), undefined, { ...context, timeout });
    return {
      id: `${name}${randomBytes(4).toString("hex")}`,
      properties: withOutput(inputs, output),
    };
  },

  read: async ({ id, properties, inputs }) => ({ id, properties, inputs }),

  update: async (request, context) => {
    const { olds, oldInputs, news: inputs, preview, timeout } = request;
    const previous = outputOf(olds);
    if (preview) {
      return isDeepStrictEqual(oldInputs, inputs)
        ? withOutput(inputs, previous)
        : { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN };
    }
    const { create, update } = stripSecrets(inputs);
    const command = asString(update) ?? asString(create);
    const output =
      command === undefined
        ? previous
        : await runCommand(command, toExecution(inputs), previous, { ...context, timeout });
    return withOutput(inputs, output);
  },

  delete: async (request, context) => {
    const { properties, timeout } = request;
    const command = asString(stripSecrets(properties).delete);
    if (command !== undefined) {
      const options = { ...context, timeout };
      await runCommand(command, toExecution(properties), outputOf(properties), options);
    }
  },

  invoke: async ({ token, args }, context) => {
    if (token !== RUN) {
      throw unsupported("function", token, RUN);
    }
    const failures = findFailures(args, FUNCTION_INPUTS);
    const command = asString(stripSecrets(args).command);
    if (command === undefined) {
      failures.push({ property: "command", reason: "is required" });
    }
    if (command === undefined || failures.length > 0) {
      return { result: {}, failures };
    }
    const options = { ...context, timeout: 0 };
    const output = await runCommand(command, toExecution(args), undefined, options);
    return { result: withOutput(pickInputs(args, FUNCTION_INPUTS), output) };
  },
};

function unsupported(what: string, token: string, supported: string): ProviderError {
  return new ProviderError(
    `${what} ${token} is not in this minimal stand-in plugin, which has only ${supported}; install the official command plugin`,
    status.UNIMPLEMENTED,
  );
}

/** Returns the outputs: the inputs, and the command's output, which may contain their secrets. */
function withOutput(inputs: PropertyMap, { stdout, stderr }: CommandOutput): PropertyMap {
  return containsSecret(inputs)
    ? { ...inputs, stdout: new Secret(stdout), stderr: new Secret(stderr) }
    : { ...inputs, stdout, stderr };
}

function outputOf(state: PropertyMap): CommandOutput {
  const { stdout, stderr } = stripSecrets(state);
  return { stdout: asString(stdout) ?? "", stderr: asString(stderr) ?? "" };
}
