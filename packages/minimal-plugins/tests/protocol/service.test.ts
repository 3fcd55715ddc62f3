import { status } from "@grpc/grpc-js";
import { ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { UserError } from "../../errors";
import { InitializationFailedError, ProviderError } from "../../protocol/errors";
import { decode, encode, type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import type { CreateRequest, RequestContext, ResourceProvider } from "../../protocol/provider";
import { FakeEngine } from "./support/fake-engine";
import {
  failureOf,
  initializationFailure,
  ProviderClient,
  urnOf,
  VERSION,
} from "./support/provider-client";

const TARGET = { type: "test:index:Thing", name: "thing" };

/** A provider of which only what a test is about does anything. */
function provider(methods: Partial<ResourceProvider>): ResourceProvider {
  const missing = async (): Promise<never> => {
    throw new Error("not part of this test");
  };
  return {
    checkConfig: missing,
    diffConfig: missing,
    configure: missing,
    check: missing,
    diff: missing,
    create: missing,
    read: missing,
    update: missing,
    delete: missing,
    invoke: missing,
    ...methods,
  };
}

let engine: FakeEngine;
let client: ProviderClient | undefined;

beforeEach(async () => {
  engine = await FakeEngine.start();
});

afterEach(() => {
  client?.close();
  engine.close();
});

async function serving(methods: Partial<ResourceProvider>): Promise<ProviderClient> {
  client = await ProviderClient.serving(provider(methods));
  await client.handshake(engine.address);
  return client;
}

test("the handshake says that secrets and references are understood, output values not", async () => {
  const plugin = await serving({});
  expect(await plugin.handshake(engine.address)).toMatchObject({
    acceptSecrets: true,
    acceptResources: true,
    acceptOutputs: false,
  });
});

test("the plugin reports its version", async () => {
  const plugin = await serving({});
  const info = await new Promise((resolve) => {
    plugin.rpc.getPluginInfo(new Empty(), (_, answer) => resolve(answer.getVersion()));
  });
  expect(info).toBe(VERSION);
});

test("a create request reaches the provider whole, and its result the engine", async () => {
  let seen: CreateRequest | undefined;
  const plugin = await serving({
    create: async (request) => {
      seen = request;
      return { id: "the-id", properties: { later: UNKNOWN, hidden: new Secret("x") } };
    },
  });
  const inputs: PropertyMap = { a: [1, null, { b: new Secret(true) }], c: UNKNOWN };
  const result = await plugin.create(TARGET, inputs, { preview: true, timeout: 90 });
  expect(seen).toEqual({
    ...TARGET,
    urn: urnOf(TARGET),
    properties: inputs,
    timeout: 90,
    preview: true,
  });
  expect(result).toEqual({
    id: "the-id",
    properties: { later: UNKNOWN, hidden: new Secret("x") },
  });
});

test("a difference tells the engine what changes, how, and what has to be replaced", async () => {
  const plugin = await serving({
    diff: async () => ({
      deleteBeforeReplace: true,
      detailedDiff: {
        "pool.size": { kind: "update", replace: true },
        "pool.tags[0]": { kind: "add" },
        region: { kind: "delete", replace: true },
      },
    }),
  });
  expect(await plugin.diff(TARGET, { olds: {}, oldInputs: {}, news: {} })).toEqual({
    changes: 2,
    diffs: ["pool", "region"],
    replaces: ["pool", "region"],
    deleteBeforeReplace: true,
    detailed: { "pool.size": 5, "pool.tags[0]": 0, region: 3 },
  });
});

test("no difference is none, rather than one that the engine has to find", async () => {
  const plugin = await serving({ diff: async () => ({ detailedDiff: {} }) });
  const { changes } = await plugin.diff(TARGET, { olds: {}, oldInputs: {}, news: {} });
  expect(changes).toBe(1);
});

test("a resource that is gone is read as an empty answer", async () => {
  const plugin = await serving({ read: async () => undefined });
  expect(await plugin.read(TARGET, "the-id", {}, {})).toBeUndefined();
});

test("an error keeps its message, its fix and its code", async () => {
  const plugin = await serving({
    create: () => Promise.reject(new UserError("it is broken", "fix it")),
    delete: () => Promise.reject(new ProviderError("not here", status.UNIMPLEMENTED)),
  });
  expect(await failureOf(plugin.create(TARGET, {}))).toMatchObject({
    code: status.UNKNOWN,
    details: "it is broken\n  fix: fix it",
  });
  expect(await failureOf(plugin.delete(TARGET, "the-id", {}))).toMatchObject({
    code: status.UNIMPLEMENTED,
    details: "not here",
  });
});

test("a resource that exists but is not what it should be stays in the state, with all it has", async () => {
  // A large Kubernetes object. Node's own client, unlike the engine, takes no more than 64 KiB of trailers.
  const large = "x".repeat(30_000);
  const properties = { large, hidden: new Secret("y") };
  const plugin = await serving({
    create: () =>
      Promise.reject(new InitializationFailedError("the-id", properties, ["not ready"])),
  });
  const failure = await failureOf(plugin.create(TARGET, {}));
  expect(failure.details).toBe("not ready");
  expect(initializationFailure(failure)).toEqual({
    id: "the-id",
    reasons: ["not ready"],
    properties,
  });
});

test("properties may be larger than gRPC's usual limit of 4 MiB", async () => {
  const plugin = await serving({
    create: async ({ properties }) => ({ id: "the-id", properties }),
  });
  const large = { text: "x".repeat(5 * 1024 * 1024) };
  expect((await plugin.create(TARGET, large)).properties).toEqual(large);
});

test("messages reach the engine in their order, before the answer does", async () => {
  const plugin = await serving({
    create: async (_, { log }) => {
      log.info("first");
      log.status("second");
      log.warning("third");
      return { id: "the-id", properties: {} };
    },
  });
  await plugin.create(TARGET, {});
  const urn = urnOf(TARGET);
  expect(engine.messages).toEqual([
    { severity: 1, message: "first", urn, ephemeral: false },
    { severity: 1, message: "second", urn, ephemeral: true },
    { severity: 2, message: "third", urn, ephemeral: false },
  ]);
});

test("a message to an engine that is gone does not keep the answer back", async () => {
  const plugin = await serving({
    create: async (_, { log }) => {
      engine.close();
      log.info("is anybody there");
      return { id: "the-id", properties: {} };
    },
  });
  expect((await plugin.create(TARGET, {})).id).toBe("the-id");
});

test("cancelling ends what is under way", async () => {
  let begun: () => void = () => {};
  const isUnderWay = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const untilAborted = (_: CreateRequest, { signal }: RequestContext): Promise<never> =>
    new Promise((__, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
      begun();
    });
  const plugin = await serving({ create: untilAborted });
  const failure = failureOf(plugin.create(TARGET, {}));
  await isUnderWay;
  await plugin.cancel();
  expect((await failure).details).toBe("the update was cancelled");
});

test("a provider without components says that it has none", async () => {
  const plugin = await serving({});
  const call = new Promise((resolve, reject) => {
    plugin.rpc.construct(new ConstructRequest(), (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
  expect((await failureOf(call)).code).toBe(status.UNIMPLEMENTED);
});

test("a component registers itself and its children with the engine's monitor", async () => {
  const plugin = await serving({
    construct: async ({ type, name, inputs, inputDependencies, providers, options, monitor }) => {
      const { urn } = await monitor.register({ type, name, custom: false, inputs: {} });
      const child = await monitor.register({
        type: "test:index:Child",
        name: `${name}-child`,
        custom: true,
        inputs,
        parent: urn,
        provider: providers.get("test") ?? "",
        inputDependencies,
        ...(options.protect !== undefined && { protect: options.protect }),
      });
      await monitor.registerOutputs(urn, { child: child.id });
      return { urn, state: { child: child.id } };
    },
  });
  const request = new ConstructRequest()
    .setType("test:index:Group")
    .setName("group")
    .setInputs(encode({ secret: new Secret("x"), later: UNKNOWN }))
    .setMonitorendpoint(engine.address)
    .setProtect(false);
  request.getProvidersMap().set("test", "urn::id");
  request
    .getInputdependenciesMap()
    .set("secret", new ConstructRequest.PropertyDependencies().setUrnsList(["urn:a"]));

  const answer = await new Promise<ConstructResponse>((resolve, reject) => {
    plugin.rpc.construct(request, (error, response) => (error ? reject(error) : resolve(response)));
  });

  const [group, child] = engine.registered;
  expect(group?.getName()).toBe("group");
  // Absent, it is inherited; false, it is not.
  expect(group?.hasProtect()).toBe(false);
  expect(child?.hasProtect()).toBe(true);
  expect(child?.getProtect()).toBe(false);
  expect(child?.getParent()).toBe(answer.getUrn());
  expect(child?.getProvider()).toBe("urn::id");
  expect(decode(child?.getObject())).toEqual({ secret: new Secret("x"), later: UNKNOWN });
  expect(child?.getPropertydependenciesMap().get("secret")?.getUrnsList()).toEqual(["urn:a"]);
  expect(decode(engine.outputs[0]?.getOutputs())).toEqual({ child: "the-id" });
  expect(decode(answer.getState())).toEqual({ child: "the-id" });
});
