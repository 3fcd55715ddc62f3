import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import {
  ResourceProviderClient,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { CHANNEL_OPTIONS } from "../../../protocol/channel";
import { decode, encode, type PropertyMap } from "../../../protocol/properties";
import type { ResourceProvider } from "../../../protocol/provider";
import { providerService } from "../../../protocol/service";

export const VERSION = "1.2.3";

export interface Target {
  readonly type: string;
  readonly name: string;
}

/** Calls a provider the way the engine does, over gRPC. */
export class ProviderClient {
  private constructor(
    public readonly rpc: ResourceProviderClient,
    private readonly server: Server | undefined,
  ) {}

  /** Serves a provider in this process. */
  public static async serving(provider: ResourceProvider): Promise<ProviderClient> {
    const server = new Server(CHANNEL_OPTIONS);
    const cancellation = new AbortController();
    const service = providerService({ provider, version: VERSION, cancellation });
    server.addService(ResourceProviderService, service);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return new ProviderClient(connect(port), server);
  }

  /** Connects to a plugin that runs already. */
  public static connected(port: number): ProviderClient {
    return new ProviderClient(connect(port), undefined);
  }

  public handshake(engineAddress: string): Promise<messages.ProviderHandshakeResponse.AsObject> {
    const request = new messages.ProviderHandshakeRequest().setEngineAddress(engineAddress);
    return this.answer<messages.ProviderHandshakeResponse>((done) =>
      this.rpc.handshake(request, done),
    ).then((response) => response.toObject());
  }

  public async configure(args: PropertyMap): Promise<void> {
    await this.answer((done) =>
      this.rpc.configure(new messages.ConfigureRequest().setArgs(encode(args)), done),
    );
  }

  public checkConfig(news: PropertyMap) {
    const request = new messages.CheckRequest().setNews(encode(news));
    return this.checked((done) => this.rpc.checkConfig(request, done));
  }

  public check(target: Target, news: PropertyMap, olds: PropertyMap = {}, seed = "seed") {
    const request = new messages.CheckRequest()
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setNews(encode(news))
      .setOlds(encode(olds))
      .setRandomseed(Buffer.from(seed));
    return this.checked((done) => this.rpc.check(request, done));
  }

  public async diff(
    target: Target,
    states: { olds: PropertyMap; oldInputs: PropertyMap; news: PropertyMap },
    ignoreChanges: string[] = [],
  ) {
    const request = new messages.DiffRequest()
      .setId("the-id")
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setOlds(encode(states.olds))
      .setOldInputs(encode(states.oldInputs))
      .setNews(encode(states.news))
      .setIgnorechangesList(ignoreChanges);
    const response = await this.answer<messages.DiffResponse>((done) =>
      this.rpc.diff(request, done),
    );
    const { changes, diffsList, replacesList, deletebeforereplace, detaileddiffMap } =
      response.toObject();
    return {
      changes,
      diffs: diffsList,
      replaces: replacesList,
      deleteBeforeReplace: deletebeforereplace,
      detailed: Object.fromEntries(detaileddiffMap.map(([path, { kind }]) => [path, kind])),
    };
  }

  public async create(
    target: Target,
    properties: PropertyMap,
    { preview = false, timeout = 0 } = {},
  ): Promise<{ id: string; properties: PropertyMap }> {
    const request = new messages.CreateRequest()
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setProperties(encode(properties))
      .setPreview(preview)
      .setTimeout(timeout);
    const response = await this.answer<messages.CreateResponse>((done) =>
      this.rpc.create(request, done),
    );
    return { id: response.getId(), properties: decode(response.getProperties()) };
  }

  /** Undefined when the resource is gone. */
  public async read(target: Target, id: string, properties: PropertyMap, inputs: PropertyMap) {
    const request = new messages.ReadRequest()
      .setId(id)
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setProperties(encode(properties))
      .setInputs(encode(inputs));
    const response = await this.answer<messages.ReadResponse>((done) =>
      this.rpc.read(request, done),
    );
    return response.getId() === ""
      ? undefined
      : {
          properties: decode(response.getProperties()),
          inputs: decode(response.getInputs()),
        };
  }

  public async update(
    target: Target,
    id: string,
    states: { olds: PropertyMap; oldInputs: PropertyMap; news: PropertyMap },
    { preview = false, timeout = 0 } = {},
  ): Promise<PropertyMap> {
    const request = new messages.UpdateRequest()
      .setId(id)
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setOlds(encode(states.olds))
      .setOldInputs(encode(states.oldInputs))
      .setNews(encode(states.news))
      .setPreview(preview)
      .setTimeout(timeout);
    const response = await this.answer<messages.UpdateResponse>((done) =>
      this.rpc.update(request, done),
    );
    return decode(response.getProperties());
  }

  public async delete(target: Target, id: string, properties: PropertyMap): Promise<void> {
    const request = new messages.DeleteRequest()
      .setId(id)
      .setUrn(urnOf(target))
      .setName(target.name)
      .setType(target.type)
      .setProperties(encode(properties));
    await this.answer((done) => this.rpc.delete(request, done));
  }

  public async invoke(token: string, args: PropertyMap) {
    const request = new messages.InvokeRequest().setTok(token).setArgs(encode(args));
    const response = await this.answer<messages.InvokeResponse>((done) =>
      this.rpc.invoke(request, done),
    );
    return {
      result: decode(response.getReturn()),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  public async cancel(): Promise<void> {
    await this.answer((done) => this.rpc.cancel(new Empty(), done));
  }

  public close(): void {
    this.rpc.close();
    this.server?.forceShutdown();
  }

  private async checked(
    call: (done: Done<messages.CheckResponse>) => void,
  ): Promise<{ inputs: PropertyMap; failures: messages.CheckFailure.AsObject[] }> {
    const response = await this.answer<messages.CheckResponse>(call);
    return {
      inputs: decode(response.getInputs()),
      failures: response.getFailuresList().map((failure) => failure.toObject()),
    };
  }

  private answer<Response>(call: (done: Done<Response>) => void): Promise<Response> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(error) : resolve(response)));
    });
  }
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;

export function urnOf({ type, name }: Target): string {
  return `urn:pulumi:stack::project::${type}::${name}`;
}

/** The resource that exists although the call failed; undefined when the error names none. */
export function initializationFailure(error: unknown) {
  const [details] = (error as ServiceError).metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) {
    return undefined;
  }
  const [packed] = Status.deserializeBinary(details).getDetailsList();
  const detail = packed?.unpack(
    messages.ErrorResourceInitFailed.deserializeBinary,
    "pulumirpc.ErrorResourceInitFailed",
  );
  return (
    detail && {
      id: detail.getId(),
      reasons: detail.getReasonsList(),
      properties: decode(detail.getProperties()),
    }
  );
}

/** The error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  try {
    await call;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error("the call succeeded");
}

function connect(port: number): ResourceProviderClient {
  const address = `127.0.0.1:${port}`;
  return new ResourceProviderClient(address, credentials.createInsecure(), CHANNEL_OPTIONS);
}
