import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import {
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";

export interface LoggedMessage {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
  readonly ephemeral: boolean;
}

/** The two services of the engine that a plugin calls, recording their calls. */
export class FakeEngine {
  public readonly messages: LoggedMessage[] = [];
  public readonly registered: RegisterResourceRequest[] = [];
  public readonly outputs: RegisterResourceOutputsRequest[] = [];

  private constructor(
    private readonly server: Server,
    public readonly address: string,
  ) {}

  public static async start(): Promise<FakeEngine> {
    const server = new Server();
    let engine: FakeEngine | undefined;
    const record = (accept: (engine: FakeEngine) => void): void => {
      if (engine) {
        accept(engine);
      }
    };
    const implementation: UntypedServiceImplementation = {
      log: (call: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
        const { severity, message, urn, ephemeral } = call.request.toObject();
        record(({ messages }) => messages.push({ severity, message, urn, ephemeral }));
        callback(null, new Empty());
      },
      registerResource: (
        call: { request: RegisterResourceRequest },
        callback: (error: null, answer: RegisterResourceResponse) => void,
      ) => {
        record(({ registered }) => registered.push(call.request));
        const urn = `urn:pulumi:s::p::${call.request.getType()}::${call.request.getName()}`;
        const id = call.request.getCustom() ? "the-id" : "";
        const answer = new RegisterResourceResponse().setUrn(urn).setId(id);
        callback(null, answer.setObject(call.request.getObject()));
      },
      registerResourceOutputs: (
        call: { request: RegisterResourceOutputsRequest },
        callback: (error: null, answer: Empty) => void,
      ) => {
        record(({ outputs }) => outputs.push(call.request));
        callback(null, new Empty());
      },
    };
    server.addService(EngineService, implementation);
    server.addService(ResourceMonitorService, implementation);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    engine = new FakeEngine(server, `127.0.0.1:${port}`);
    return engine;
  }

  public close(): void {
    this.server.forceShutdown();
  }
}
