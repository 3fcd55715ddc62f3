/** The gRPC service `pulumirpc.ResourceProvider` in front of a `ResourceProvider`. */
import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import * as convert from "./conversions";
import { Engine, EngineLog } from "./engine-log";
import { toServiceError } from "./errors";
import { decode, encode } from "./properties";
import type { RequestContext, ResourceProvider } from "./provider";
import { ResourceMonitor } from "./resource-monitor";

/** Dependencies of the service beside the provider. */
export interface ServiceOptions {
  readonly provider: ResourceProvider;
  /** The version the plugin reports. */
  readonly version: string;
  /** Aborts to cancel running requests. */
  readonly cancellation: AbortController;
}

/** The handlers of all methods that a provider implements; gRPC answers UNIMPLEMENTED for the rest. */
export function providerService({
  provider,
  version,
  cancellation,
}: ServiceOptions): UntypedServiceImplementation {
  let engine: Engine | undefined;

  function attach(address: string): void {
    engine?.close();
    engine = new Engine(address);
  }

  /** A handler for requests about `urnOf(request)`. It responds after the engine has received all messages. */
  function handler<Request, Response>(
    handle: (request: Request, context: RequestContext) => Promise<Response>,
    urnOf: (request: Request) => string = () => "",
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      const log = new EngineLog(engine, urnOf(call.request));
      const respond = async () => {
        try {
          return await handle(call.request, { signal: cancellation.signal, log });
        } finally {
          await log.flushed();
        }
      };
      respond().then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
    };
  }

  /** A handler for requests about one resource. */
  function resourceHandler<Request extends { getUrn(): string }, Response>(
    handle: (request: Request, context: RequestContext) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return handler(handle, (request) => request.getUrn());
  }

  return {
    handshake: handler(async (request: messages.ProviderHandshakeRequest) => {
      attach(request.getEngineAddress());
      return new messages.ProviderHandshakeResponse()
        .setAcceptSecrets(true)
        .setAcceptResources(true);
    }),

    attach: handler(async (request: PluginAttach) => {
      attach(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: handler(async () => new PluginInfo().setVersion(version)),

    cancel: handler(async () => {
      cancellation.abort(new Error("the update was cancelled"));
      return new Empty();
    }),

    checkConfig: resourceHandler(async (request: messages.CheckRequest, context) =>
      convert.toCheckResponse(
        await provider.checkConfig(convert.fromCheckRequest(request), context),
      ),
    ),

    diffConfig: resourceHandler(async (request: messages.DiffRequest, context) =>
      convert.toDiffResponse(await provider.diffConfig(convert.fromDiffRequest(request), context)),
    ),

    configure: handler(async (request: messages.ConfigureRequest, context) => {
      await provider.configure({ args: decode(request.getArgs()) }, context);
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setSupportspreview(true);
    }),

    check: resourceHandler(async (request: messages.CheckRequest, context) =>
      convert.toCheckResponse(await provider.check(convert.fromCheckRequest(request), context)),
    ),

    diff: resourceHandler(async (request: messages.DiffRequest, context) =>
      convert.toDiffResponse(await provider.diff(convert.fromDiffRequest(request), context)),
    ),

    create: resourceHandler(async (request: messages.CreateRequest, context) => {
      const { id, properties } = await provider.create(convert.fromCreateRequest(request), context);
      return new messages.CreateResponse().setId(id).setProperties(encode(properties));
    }),

    read: resourceHandler(async (request: messages.ReadRequest, context) =>
      convert.toReadResponse(await provider.read(convert.fromReadRequest(request), context)),
    ),

    update: resourceHandler(async (request: messages.UpdateRequest, context) => {
      const outputs = await provider.update(convert.fromUpdateRequest(request), context);
      return new messages.UpdateResponse().setProperties(encode(outputs));
    }),

    delete: resourceHandler(async (request: messages.DeleteRequest, context) => {
      await provider.delete(convert.fromDeleteRequest(request), context);
      return new Empty();
    }),

    invoke: handler(async (request: messages.InvokeRequest, context) => {
      const { result, failures } = await provider.invoke(
        {
          token: request.getTok(),
          args: decode(request.getArgs()),
          preview: request.getPreview(),
        },
        context,
      );
      return new messages.InvokeResponse()
        .setReturn(encode(result))
        .setFailuresList(convert.toFailures(failures));
    }),

    ...(provider.construct && {
      construct: handler(constructWith(provider.construct.bind(provider))),
    }),
  };
}

function constructWith(construct: NonNullable<ResourceProvider["construct"]>) {
  return async (
    request: messages.ConstructRequest,
    context: RequestContext,
  ): Promise<messages.ConstructResponse> => {
    const monitor = new ResourceMonitor(request.getMonitorendpoint());
    try {
      const { urn, state } = await construct(
        convert.fromConstructRequest(request, monitor),
        context,
      );
      return new messages.ConstructResponse().setUrn(urn).setState(encode(state));
    } finally {
      monitor.close();
    }
  };
}
