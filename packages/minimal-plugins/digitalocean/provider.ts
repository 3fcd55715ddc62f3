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
import type {
  CheckRequest,
  CheckResult,
  ConfigureRequest,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  InvokeResult,
  ReadRequest,
  ReadResult,
  ResourceProvider,
  UpdateRequest,
} from "../protocol/provider";
import { ApiClient } from "./api-client";
import { checkInputs } from "./check-inputs";
import { parseConfiguration, SECRET_SETTINGS } from "./configuration";
import { changedInputs, diffState } from "./diff-state";
import { FUNCTIONS, RESOURCES } from "./registry";
import type { Operation, ResourceType } from "./resource-type";
import { asFound, plainInputs, proposedOutputs, withKeptOutputs, withSecrets } from "./state";
import { type Wait, waitInRealTime } from "./wait";

export interface ProviderOptions {
  /** Named to the API in each request. */
  readonly version: string;
  /** For a test that cannot wait. @default - real time */
  readonly wait?: Wait;
}

export class DigitalOceanProvider implements ResourceProvider {
  private api: ApiClient | undefined;

  public constructor(private readonly options: ProviderOptions) {}

  public async checkConfig({ news }: CheckRequest): Promise<CheckResult> {
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
  }

  public async diffConfig({ oldInputs, news }: DiffRequest): Promise<DiffResult> {
    return { detailedDiff: diffProperties(oldInputs, news, () => false) };
  }

  public async configure({ args }: ConfigureRequest): Promise<void> {
    const { version, wait = waitInRealTime } = this.options;
    const configuration = parseConfiguration(args, process.env);
    this.api = new ApiClient(configuration, wait, `pulumi-digitalocean-minimal/${version}`);
  }

  public async check(request: CheckRequest): Promise<CheckResult> {
    const { inputs, failures } = checkInputs(resourceType(request.type).inputs, {
      ...request,
      olds: stripSecrets(request.olds),
      news: stripSecrets(request.news),
    });
    return { inputs: annotateSecrets(inputs, request.news), failures };
  }

  public async diff({ type, olds, news, ignoreChanges }: DiffRequest): Promise<DiffResult> {
    const { inputs } = resourceType(type);
    return diffState(inputs, stripSecrets(olds), stripSecrets(news), ignoreChanges);
  }

  public async create(request: CreateRequest): Promise<CreateResult> {
    const resource = resourceType(request.type);
    const inputs = plainInputs(request.properties);
    if (request.preview) {
      return {
        id: "",
        properties: annotateSecrets(proposedOutputs(resource, inputs), request.properties),
      };
    }
    const operation = this.operation(request.timeout);
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
  }

  public async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { type, id, urn, properties, inputs, timeout } = request;
    const resource = resourceType(type);
    if (Object.keys(properties).length === 0) {
      throw new ProviderError(
        `${urn} cannot be imported: ${STAND_IN} creates, refreshes and deletes resources only; ${REMEDY}`,
        status.UNIMPLEMENTED,
      );
    }
    const outputs = await diagnosed(
      resource.read(id, stripSecrets(properties), this.operation(timeout)),
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
  }

  public async update(request: UpdateRequest): Promise<PropertyMap> {
    const resource = resourceType(request.type);
    const olds = stripSecrets(request.olds);
    const news = plainInputs(request.news);
    const planned = { ...olds, ...withKeptOutputs(news, olds) };
    if (request.preview) {
      return withSecrets(resource, planned, request.news);
    }
    const operation = this.operation(request.timeout);
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
  }

  public async delete(request: DeleteRequest): Promise<void> {
    const { type, id, urn, properties, timeout } = request;
    const operation = this.operation(timeout);
    await diagnosed(
      resourceType(type).delete(id, stripSecrets(properties), operation),
      `deleting ${urn}: `,
    );
  }

  public async invoke({ token, args }: InvokeRequest): Promise<InvokeResult> {
    const call = FUNCTIONS[token];
    if (call === undefined) {
      throw unsupported("function", token, Object.keys(FUNCTIONS));
    }
    const result = call(stripSecrets(args), this.operation(0));
    return { result: await diagnosed(result, `invoking ${token}: `) };
  }

  private operation(timeout: number): Operation {
    if (this.api === undefined) {
      throw new Error("the provider was not configured before it was used");
    }
    return { api: this.api, wait: this.options.wait ?? waitInRealTime, timeout };
  }
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

/** Fails in the form in which Terraform reports a fault. */
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
