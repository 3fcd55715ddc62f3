/** The plugin behind a real gRPC connection, called as the engine calls it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb.js";
import {
  ResourceProviderClient,
  ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { kubernetesProvider } from "../../../kubernetes/provider";
import { CHANNEL_OPTIONS } from "../../../protocol/channel";
import { decode, encode, type PropertyMap } from "../../../protocol/properties";
import { providerService } from "../../../protocol/service";
import { FakeEngine } from "../../protocol/support/fake-engine";

/** A resource as a test follows it from call to call. */
export interface TestResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
}

/** @param token such as `apps/v1:Deployment`. */
export function resource(token: string, name = "thing"): TestResource {
  const type = `kubernetes:${token}`;
  return { type, name, urn: `urn:pulumi:dev::test::${type}::${name}` };
}

/**
 * Path of the official plugin's program. With it the same tests run against that plugin: what they say then holds for
 * both.
 */
export const OFFICIAL = process.env.OFFICIAL_KUBERNETES_PLUGIN;

/** The engine's reading of an answer for a resource that exists and is not ready. */
export interface InitializationFailure {
  readonly id: string;
  readonly properties: PropertyMap;
  readonly reasons: string[];
}

export class KubernetesPlugin {
  private constructor(
    private readonly engine: FakeEngine,
    private readonly running: RunningPlugin,
    private readonly client: ResourceProviderClient,
  ) {}

  /** @param directory where a plugin of its own process runs. */
  public static async start(directory = process.cwd()): Promise<KubernetesPlugin> {
    const engine = await FakeEngine.start();
    const running = OFFICIAL
      ? await runProgram(OFFICIAL, engine.address, directory)
      : await serveHere();
    const client = new ResourceProviderClient(
      `127.0.0.1:${running.port}`,
      credentials.createInsecure(),
      CHANNEL_OPTIONS,
    );
    const plugin = new KubernetesPlugin(engine, running, client);
    await plugin.call("attach", new PluginAttach().setAddress(engine.address));
    return plugin;
  }

  /** The messages to the user so far, without progress. */
  public get messages(): readonly string[] {
    return this.engine.messages.filter(({ ephemeral }) => !ephemeral).map(({ message }) => message);
  }

  /** A plugin with a configured provider. */
  public static async configured(args: PropertyMap): Promise<KubernetesPlugin> {
    const plugin = await KubernetesPlugin.start();
    await plugin.configure(args);
    return plugin;
  }

  public stop(): void {
    this.client.close();
    this.running.stop();
    this.engine.close();
  }

  public async checkConfig(news: PropertyMap): Promise<string[]> {
    const request = new messages.CheckRequest()
      .setUrn("urn:pulumi:dev::test::pulumi:providers:kubernetes::p")
      .setNews(encode(news));
    const response = await this.call<messages.CheckResponse>("checkConfig", request);
    return response.getFailuresList().map((failure) => failure.getProperty());
  }

  /** The settings whose change replaces the provider. */
  public async diffConfig(olds: PropertyMap, news: PropertyMap): Promise<string[]> {
    const request = new messages.DiffRequest()
      .setUrn("urn:pulumi:dev::test::pulumi:providers:kubernetes::p")
      .setOlds(encode(olds))
      .setOldInputs(encode(olds))
      .setNews(encode(news));
    const response = await this.call<messages.DiffResponse>("diffConfig", request);
    return response.getReplacesList();
  }

  public async configure(args: PropertyMap): Promise<void> {
    const request = new messages.ConfigureRequest().setArgs(encode(args)).setAcceptsecrets(true);
    for (const [name, value] of Object.entries(args)) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      request.getVariablesMap().set(`kubernetes:config:${name}`, text);
    }
    await this.call("configure", request);
  }

  public async check(
    about: TestResource,
    news: PropertyMap,
    olds: PropertyMap = {},
  ): Promise<PropertyMap> {
    const request = identify(new messages.CheckRequest(), about)
      .setNews(encode(news))
      .setOlds(encode(olds))
      .setRandomseed(new Uint8Array(32).fill(7));
    return decode((await this.call<messages.CheckResponse>("check", request)).getInputs());
  }

  /** The differences as `<kind>`, upper case when they need a new resource. */
  public async diff(
    about: TestResource,
    state: PropertyMap,
    news: PropertyMap,
    ignoreChanges: string[] = [],
  ): Promise<{ changes: Record<string, string>; deleteBeforeReplace: boolean }> {
    const request = identify(new messages.DiffRequest(), about)
      .setOlds(encode(state))
      .setNews(encode(news))
      .setIgnorechangesList(ignoreChanges);
    const response = await this.call<messages.DiffResponse>("diff", request);
    const names = ["add", "ADD", "delete", "DELETE", "update", "UPDATE"];
    const changes = response
      .getDetaileddiffMap()
      .getEntryList()
      .map(([path]): [string, string] => [
        path,
        names[response.getDetaileddiffMap().get(path)?.getKind() ?? -1] ?? "?",
      ]);
    return {
      changes: Object.fromEntries(changes),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  public async create(
    about: TestResource,
    inputs: PropertyMap,
    { timeout = 0, preview = false } = {},
  ): Promise<{ id: string; state: PropertyMap }> {
    const request = identify(new messages.CreateRequest(), about)
      .setProperties(encode(inputs))
      .setTimeout(timeout)
      .setPreview(preview);
    const response = await this.call<messages.CreateResponse>("create", request);
    return { id: response.getId(), state: decode(response.getProperties()) };
  }

  /** The engine's error for a creation whose resource exists and is not ready. */
  public async createUnwell(
    about: TestResource,
    inputs: PropertyMap,
    timeout: number,
  ): Promise<InitializationFailure> {
    return failureOf(this.create(about, inputs, { timeout }));
  }

  public async read(
    about: TestResource,
    id: string,
    state: PropertyMap = {},
    inputs: PropertyMap = {},
  ): Promise<{ id: string; state: PropertyMap; inputs: PropertyMap }> {
    const request = identify(new messages.ReadRequest(), about)
      .setId(id)
      .setProperties(encode(state))
      .setInputs(encode(inputs));
    const response = await this.call<messages.ReadResponse>("read", request);
    return {
      id: response.getId(),
      state: decode(response.getProperties()),
      inputs: decode(response.getInputs()),
    };
  }

  public async update(
    about: TestResource,
    state: PropertyMap,
    news: PropertyMap,
    { preview = false, timeout = 0, ignoreChanges = [] as string[] } = {},
  ): Promise<PropertyMap> {
    const request = identify(new messages.UpdateRequest(), about)
      .setOlds(encode(state))
      .setNews(encode(news))
      .setPreview(preview)
      .setTimeout(timeout)
      .setIgnorechangesList(ignoreChanges);
    return decode((await this.call<messages.UpdateResponse>("update", request)).getProperties());
  }

  public async delete(
    about: TestResource,
    id: string,
    state: PropertyMap,
    timeout = 0,
  ): Promise<void> {
    const request = identify(new messages.DeleteRequest(), about)
      .setId(id)
      .setProperties(encode(state))
      .setTimeout(timeout);
    await this.call("delete", request);
  }

  public async invoke(token: string, args: PropertyMap): Promise<PropertyMap> {
    const request = new messages.InvokeRequest().setTok(token).setArgs(encode(args));
    return decode((await this.call<messages.InvokeResponse>("invoke", request)).getReturn());
  }

  private call<Response>(method: keyof ResourceProviderClient, request: object): Promise<Response> {
    type Method = (
      request: object,
      callback: (error: Error | null, response: Response) => void,
    ) => void;
    const send = (this.client[method] as unknown as Method).bind(this.client);
    return promisify(send)(request);
  }
}

interface RunningPlugin {
  readonly port: number;
  stop(): void;
}

async function serveHere(): Promise<RunningPlugin> {
  const server = new Server(CHANNEL_OPTIONS);
  const provider = kubernetesProvider();
  const cancellation = new AbortController();
  server.addService(
    ResourceProviderService,
    providerService({ provider, version: "0.0.0-test", cancellation }),
  );
  const bind = promisify<string, ServerCredentials, number>(server.bindAsync.bind(server));
  const port = await bind("127.0.0.1:0", ServerCredentials.createInsecure());
  return { port, stop: () => server.forceShutdown() };
}

async function runProgram(
  program: string,
  engineAddress: string,
  cwd: string,
): Promise<RunningPlugin> {
  const child = spawn(program, [engineAddress], { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { port: Number(line), stop: () => child.kill() };
}

/** Reads the detail of a failure as the engine does. */
export async function failureOf(call: Promise<unknown>): Promise<InitializationFailure> {
  const error = await call.then(
    () => {
      throw new Error("the call was to fail");
    },
    (reason: unknown) => reason as { metadata?: { get(key: string): Buffer[] } } & Error,
  );
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (trailer === undefined) {
    throw error;
  }
  const [packed] = Status.deserializeBinary(trailer).getDetailsList();
  const detail = messages.ErrorResourceInitFailed.deserializeBinary(
    packed?.getValue_asU8() ?? new Uint8Array(),
  );
  return {
    id: detail.getId(),
    properties: decode(detail.getProperties()),
    reasons: detail.getReasonsList(),
  };
}

function identify<
  Message extends {
    setUrn(value: string): Message;
    setName(value: string): Message;
    setType(value: string): Message;
  },
>(message: Message, { urn, name, type }: TestResource): Message {
  return message.setUrn(urn).setName(name).setType(type);
}
