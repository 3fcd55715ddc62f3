/** Converts between the messages of `pulumirpc.ResourceProvider` and the plain values of `provider.ts`. */
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { decode, encode } from "./properties";
import type {
  CheckFailure,
  CheckRequest,
  CheckResult,
  ConstructRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  PropertyDiff,
  ReadRequest,
  ReadResult,
  ResourceRequest,
  UpdateRequest,
} from "./provider";
import type { ResourceMonitor } from "./resource-monitor";

interface ResourceMessage {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

function resourceOf(message: ResourceMessage): ResourceRequest {
  return { urn: message.getUrn(), name: message.getName(), type: message.getType() };
}

export function fromCheckRequest(message: messages.CheckRequest): CheckRequest {
  return {
    ...resourceOf(message),
    olds: decode(message.getOlds()),
    news: decode(message.getNews()),
    randomSeed: message.getRandomseed_asU8(),
  };
}

export function toCheckResponse({ inputs, failures }: CheckResult): messages.CheckResponse {
  return new messages.CheckResponse()
    .setInputs(encode(inputs))
    .setFailuresList(toFailures(failures));
}

export function toFailures(failures: readonly CheckFailure[] = []): messages.CheckFailure[] {
  return failures.map(({ property, reason }) =>
    new messages.CheckFailure().setProperty(property).setReason(reason),
  );
}

export function fromDiffRequest(message: messages.DiffRequest): DiffRequest {
  return {
    ...resourceOf(message),
    id: message.getId(),
    olds: decode(message.getOlds()),
    oldInputs: decode(message.getOldInputs()),
    news: decode(message.getNews()),
    ignoreChanges: message.getIgnorechangesList(),
  };
}

export function toDiffResponse({
  detailedDiff,
  deleteBeforeReplace,
}: DiffResult): messages.DiffResponse {
  const entries = Object.entries(detailedDiff);
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(entries.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(rootProperties(entries))
    .setReplacesList(rootProperties(entries.filter(([, { replace }]) => replace)))
    .setDeletebeforereplace(deleteBeforeReplace ?? false)
    .setHasdetaileddiff(true);
  for (const [path, { kind, replace, inputDiff }] of entries) {
    const diff = new messages.PropertyDiff()
      .setKind(KINDS[kind][replace ? "replace" : "inPlace"])
      .setInputdiff(inputDiff ?? false);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

const KINDS = {
  add: {
    inPlace: messages.PropertyDiff.Kind.ADD,
    replace: messages.PropertyDiff.Kind.ADD_REPLACE,
  },
  delete: {
    inPlace: messages.PropertyDiff.Kind.DELETE,
    replace: messages.PropertyDiff.Kind.DELETE_REPLACE,
  },
  update: {
    inPlace: messages.PropertyDiff.Kind.UPDATE,
    replace: messages.PropertyDiff.Kind.UPDATE_REPLACE,
  },
} as const;

/** `["nodePool"]` for `nodePool.size` and `nodePool.tags[0]`. */
function rootProperties(entries: readonly [string, PropertyDiff][]): string[] {
  return [...new Set(entries.map(([path]) => /^[^.[]+/.exec(path)?.[0] ?? path))];
}

export function fromCreateRequest(message: messages.CreateRequest): CreateRequest {
  return {
    ...resourceOf(message),
    properties: decode(message.getProperties()),
    timeout: message.getTimeout(),
    preview: message.getPreview(),
  };
}

export function fromReadRequest(message: messages.ReadRequest): ReadRequest {
  return {
    ...resourceOf(message),
    id: message.getId(),
    properties: decode(message.getProperties()),
    inputs: decode(message.getInputs()),
    timeout: message.getTimeout(),
  };
}

/** A response without an id means that the resource does not exist. */
export function toReadResponse(found: ReadResult | undefined): messages.ReadResponse {
  const response = new messages.ReadResponse();
  return found === undefined
    ? response
    : response
        .setId(found.id)
        .setProperties(encode(found.properties))
        .setInputs(encode(found.inputs));
}

export function fromUpdateRequest(message: messages.UpdateRequest): UpdateRequest {
  return {
    ...resourceOf(message),
    id: message.getId(),
    olds: decode(message.getOlds()),
    oldInputs: decode(message.getOldInputs()),
    news: decode(message.getNews()),
    ignoreChanges: message.getIgnorechangesList(),
    timeout: message.getTimeout(),
    preview: message.getPreview(),
  };
}

export function fromDeleteRequest(message: messages.DeleteRequest): DeleteRequest {
  return {
    ...resourceOf(message),
    id: message.getId(),
    properties: decode(message.getProperties()),
    oldInputs: decode(message.getOldInputs()),
    timeout: message.getTimeout(),
  };
}

export function fromConstructRequest(
  message: messages.ConstructRequest,
  monitor: ResourceMonitor,
): ConstructRequest {
  const inputDependencies = new Map<string, readonly string[]>();
  message.getInputdependenciesMap().forEach((dependencies, input) => {
    inputDependencies.set(input, dependencies.getUrnsList());
  });
  return {
    type: message.getType(),
    name: message.getName(),
    parent: message.getParent(),
    inputs: decode(message.getInputs()),
    inputDependencies,
    providers: new Map(message.getProvidersMap().getEntryList()),
    dependencies: message.getDependenciesList(),
    options: {
      protect: message.hasProtect() ? message.getProtect() : undefined,
      retainOnDelete: message.hasRetainondelete() ? message.getRetainondelete() : undefined,
      deletedWith: message.getDeletedwith(),
      ignoreChanges: message.getIgnorechangesList(),
      replaceOnChanges: message.getReplaceonchangesList(),
      additionalSecretOutputs: message.getAdditionalsecretoutputsList(),
    },
    preview: message.getDryrun(),
    monitor,
  };
}
