/**
 * The minimal digitalocean provider: what a DOKS environment uses of the official one, behaving like it. As that one's, its
 * requests and waits take no notice of a cancelled update: what is being created gets done, and is in the state then.
 */
import { status } from "@grpc/grpc-js";
import { describeError } from "../errors";
import { diffProperties } from "../protocol/diff";
import { InitializationFailedError, ProviderError } from "../protocol/errors";
import {
  annotateSecrets,
  containsUnknown,
  type PropertyMap,
  type PropertyValue,
  Secret,
  stripSecrets,
} from "../protocol/properties";
import type { ResourceProvider } from "../protocol/provider";
import { ApiClient } from "./api-client";
import { checkInputs } from "./check-inputs";
import { parseConfiguration, SECRET_SETTINGS } from "./configuration";
import { changedInputs, diffState } from "./diff-state";
import { FUNCTIONS, RESOURCES } from "./registry";
import type { Operation, ResourceType } from "./resource-type";
import { asFound, plainInputs, proposedOutputs, withKeptOutputs, withSecrets } from "./state";
import { type Wait, waitInRealTime } from "./wait";

export interface ProviderOptions {
  /** Sent as User-Agent with each request. */
  readonly version: string;
  /** For a test that cannot wait. @default - real time */
  readonly wait?: Wait;
}

export function digitalOceanProvider({
  version,
  wait = waitInRealTime,
}: ProviderOptions): ResourceProvider {
  let api: ApiClient | undefined;
  const operationFor = (timeout: number): Operation => {
    if (api === undefined) {
      throw new Error("the provider was not configured before it was used");
    }
    return { api, wait, timeout };
  };
  return {
    checkConfig: async ({ news }) => {
      const inputs = Object.fromEntries(
        Object.entries(news).map(([name, value]): [string, PropertyValue] => [
          name,
          SECRET_SETTINGS.includes(name) && !(value instanceof Secret) ? new Secret(value) : value,
        ]),
      );
      if (containsUnknown(news)) {
        return { inputs };
      }
      try {
        parseConfiguration(news, process.env);
        return { inputs };
      } catch (error) {
        return { inputs, failures: [{ property: "", reason: describeError(error) }] };
      }
    },

    diffConfig: async ({ oldInputs, news }) => {
      return { detailedDiff: diffProperties(oldInputs, news, () => false) };
    },

    configure: async ({ args }) => {
      const configuration = parseConfiguration(args, process.env);
      api = new ApiClient(configuration, wait, `pulumi-digitalocean-minimal/${version}`);
    },

    check: async (request) => {
      const { inputs, failures } = checkInputs(resourceType(request.type).inputs, {
        ...request,
        olds: stripSecrets(request.olds),
        news: stripSecrets(request.news),
      });
      return { inputs: annotateSecrets(inputs, request.news), failures };
    },

    diff: async ({ type, olds, news, ignoreChanges }) => {
      const { inputs } = resourceType(type);
      return diffState(inputs, stripSecrets(olds), stripSecrets(news), ignoreChanges);
    },

    create: async (request) => {
      const resource = resourceType(request.type);
      const inputs = plainInputs(request.properties);
      if (request.preview) {
        return {
          id: "",
          properties: annotateSecrets(proposedOutputs(resource, inputs), request.properties),
        };
      }
      const operation = operationFor(request.timeout);
      const id = await diagnosed(resource.create(inputs, operation));
      let outputs: PropertyMap | undefined;
      try {
        await resource.finishCreate?.(id, inputs, operation);
        outputs = await resource.read(id, inputs, operation);
      } catch (error) {
        const reason = `creating ${request.urn}: ${diagnostic(error)}`;
        throw new InitializationFailedError(id, annotateSecrets(inputs, request.properties), [
          reason,
        ]);
      }
      if (outputs === undefined) {
        throw new ProviderError(
          `expected non-empty ID for new state during Create of ${request.urn}`,
        );
      }
      return { id, properties: withSecrets(resource, outputs, request.properties) };
    },

    read: async (request) => {
      const { type, id, urn, properties, inputs, timeout } = request;
      const resource = resourceType(type);
      if (Object.keys(properties).length === 0) {
        throw new ProviderError(
          `${urn} cannot be imported: ${STAND_IN} creates, refreshes and deletes resources only; ${REMEDY}`,
          status.UNIMPLEMENTED,
        );
      }
      const outputs = await diagnosed(
        resource.read(id, stripSecrets(properties), operationFor(timeout)),
        `refreshing ${urn}: `,
      );
      if (outputs === undefined) {
        return undefined;
      }
      return {
        id,
        properties: withSecrets(resource, outputs, properties),
        inputs: annotateSecrets(asFound(stripSecrets(inputs), outputs), inputs),
      };
    },

    update: async (request) => {
      const resource = resourceType(request.type);
      const olds = stripSecrets(request.olds);
      const news = plainInputs(request.news);
      const planned = { ...olds, ...withKeptOutputs(news, olds) };
      if (request.preview) {
        return withSecrets(resource, planned, request.news);
      }
      const operation = operationFor(request.timeout);
      const difference = diffState(resource.inputs, olds, news, request.ignoreChanges);
      let outputs: PropertyMap | undefined;
      try {
        const update = { olds, news, changed: changedInputs(difference) };
        const state = await resource.update(request.id, update, operation);
        outputs = await resource.read(request.id, state, operation);
      } catch (error) {
        const reason = `updating ${request.urn}: ${diagnostic(error)}`;
        const properties = withSecrets(resource, planned, request.news);
        throw new InitializationFailedError(request.id, properties, [reason]);
      }
      if (outputs === undefined) {
        throw new ProviderError(
          `${request.urn} is gone: it was deleted behind Pulumi's back; run \`pulumi refresh\` to take it out of the state`,
        );
      }
      return withSecrets(resource, outputs, request.news);
    },

    delete: async (request) => {
      const { type, id, urn, properties, timeout } = request;
      const operation = operationFor(timeout);
      await diagnosed(
        resourceType(type).delete(id, stripSecrets(properties), operation),
        `deleting ${urn}: `,
      );
    },

    invoke: async ({ token, args }) => {
      const call = FUNCTIONS[token];
      if (call === undefined) {
        throw unsupported("function", token, Object.keys(FUNCTIONS));
      }
      const result = call(stripSecrets(args), operationFor(0));
      return { result: await diagnosed(result, `invoking ${token}: `) };
    },
  };
}

const STAND_IN = "the minimal stand-in for the digitalocean plugin";
const REMEDY = "install the official digitalocean plugin for the rest";

function resourceType(token: string): ResourceType {
  const resource = RESOURCES[token];
  if (resource === undefined) {
    throw unsupported("resource", token, Object.keys(RESOURCES));
  }
  return resource;
}

function unsupported(what: string, token: string, known: readonly string[]): ProviderError {
  return new ProviderError(
    `${what} ${token} is not in ${STAND_IN}, which has ${known.join(", ")}; ${REMEDY}`,
    status.UNIMPLEMENTED,
  );
}

/** Fails with an error in Terraform's form. */
async function diagnosed<T>(work: Promise<T>, prefix = ""): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new ProviderError(`${prefix}${diagnostic(error)}`, status.UNKNOWN, { cause: error });
  }
}

function diagnostic(error: unknown): string {
  return `1 error occurred:\n\t* ${describeError(error)}\n\n`;
}
