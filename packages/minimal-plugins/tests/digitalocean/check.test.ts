import * as fc from "fast-check";
import { digitalOceanProvider } from "../../digitalocean/provider";
import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import { failureOf, ProviderClient } from "../protocol/support/provider-client";
import { CLUSTER, CREDENTIALS, POOL } from "./support/test-plugin";

const CLUSTER_INPUTS: PropertyMap = {
  region: "fra1",
  version: "1.35.4-do.0",
  nodePool: { name: "default", size: "s-2vcpu-4gb" },
};

let client: ProviderClient;

beforeAll(async () => {
  client = await ProviderClient.serving(digitalOceanProvider({ version: "4.80.1" }));
});

afterAll(() => client.close());

test("fills in the defaults of the official provider and names them", async () => {
  const { inputs, failures } = await client.check(CLUSTER, { ...CLUSTER_INPUTS, name: "blue" });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    name: "blue",
    region: "fra1",
    version: "1.35.4-do.0",
    nodePool: { name: "default", size: "s-2vcpu-4gb" },
    surgeUpgrade: true,
    __defaults: ["surgeUpgrade"],
  });
});

test("missing high availability stays missing, and false stays false", async () => {
  expect((await client.check(CLUSTER, CLUSTER_INPUTS)).inputs).not.toHaveProperty("ha");
  const { inputs } = await client.check(CLUSTER, { ...CLUSTER_INPUTS, ha: false });
  expect(inputs.ha).toBe(false);
});

test("names a resource after its name in the program, the same in preview and update", async () => {
  const { inputs } = await client.check(CLUSTER, CLUSTER_INPUTS, {}, "one seed");
  expect(inputs.name).toMatch(/^blue-[0-9a-f]{7}$/);
  expect((await client.check(CLUSTER, CLUSTER_INPUTS, {}, "one seed")).inputs).toEqual(inputs);
  const other = await client.check(CLUSTER, CLUSTER_INPUTS, {}, "another");
  expect(other.inputs.name).not.toBe(inputs.name);
});

test("keeps an automatic name, and creates a new one when the program's name is removed", async () => {
  const { inputs } = await client.check(CLUSTER, CLUSTER_INPUTS, {}, "first");
  const again = await client.check(CLUSTER, CLUSTER_INPUTS, inputs, "second");
  expect(again.inputs.name).toBe(inputs.name);

  const given = (await client.check(CLUSTER, { ...CLUSTER_INPUTS, name: "given" })).inputs;
  const unnamed = await client.check(CLUSTER, CLUSTER_INPUTS, given);
  expect(unnamed.inputs.name).toMatch(/^blue-[0-9a-f]{7}$/);
});

test("secrets and unknowns are unchanged", async () => {
  const news: PropertyMap = { ...CLUSTER_INPUTS, name: new Secret("hidden"), region: UNKNOWN };
  const { inputs, failures } = await client.check(CLUSTER, news);
  expect(failures).toEqual([]);
  expect(inputs).toMatchObject({ name: new Secret("hidden"), region: UNKNOWN });
});

test.each<[typeof CLUSTER, PropertyMap, string, string]>([
  [CLUSTER, { version: "1" }, "region", "Missing required property 'region'"],
  [CLUSTER, { region: "" }, "region", "must not be empty"],
  [CLUSTER, { nodePool: { name: "p" } }, "nodePool.size", "Missing required property"],
  [CLUSTER, { nodePool: { name: "p", size: "s", nodeCount: 1.5 } }, "nodePool.nodeCount", "whole"],
  [CLUSTER, { tags: ["ok", "not ok"] }, "tags[1]", "letters, digits"],
  [CLUSTER, { tags: "x" }, "tags", "a list"],
  [CLUSTER, { clusterSubnet: "10.0.0.0" }, "clusterSubnet", "address range"],
  [CLUSTER, { maintenancePolicy: { day: "someday" } }, "maintenancePolicy.day", "monday"],
  [CLUSTER, { kubeconfigExpireSeconds: -1 }, "kubeconfigExpireSeconds", "at least 0"],
  [CLUSTER, { ha: "yes" }, "ha", "true or false"],
  [CLUSTER, { routingAgent: {} }, "routingAgent.enabled", "Missing required property"],
  [POOL, { size: "s" }, "clusterId", "Missing required property"],
  [POOL, { clusterId: "c", size: "s", labels: { a: 1 } }, "labels.a", "a string"],
  [
    POOL,
    { clusterId: "c", size: "s", taints: [{ key: "k", value: "v", effect: "Never" }] },
    "taints[0].effect",
    "NoSchedule, PreferNoSchedule, NoExecute",
  ],
  [CREDENTIALS, {}, "registryName", "Missing required property"],
  [CREDENTIALS, { registryName: "r", expirySeconds: 1e12 }, "expirySeconds", "between 0 and"],
])("refuses %j %j", async (target, changes, property, reason) => {
  const base = target === CLUSTER ? CLUSTER_INPUTS : {};
  const news = property === "region" && !("region" in changes) ? changes : { ...base, ...changes };
  const { failures } = await client.check(target, news);
  expect(failures).toContainEqual({ property, reason: expect.stringContaining(reason) as string });
});

test("refuses unsupported resources and functions, with a fix", async () => {
  const droplet = { type: "digitalocean:index/droplet:Droplet", name: "d" };
  for (const call of [
    client.check(droplet, {}),
    client.invoke("digitalocean:index/getDroplet:getDroplet", {}),
  ]) {
    expect((await failureOf(call)).details).toMatch(
      /roplet is not in the minimal stand-in .* install the official digitalocean plugin/,
    );
  }
});

describe("the provider's settings", () => {
  test.each(["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"])(
    "accept %s",
    async (apiEndpoint) => {
      expect((await client.checkConfig({ apiEndpoint })).failures).toEqual([]);
    },
  );

  test.each([
    "https://api.digitalocean.com",
    "http://127.0.0.1.example.com",
    "http://192.168.0.1",
    "http://127.0.0.1@example.com",
    "nonsense",
  ])("refuse %s, which is not this machine", async (apiEndpoint) => {
    const { failures } = await client.checkConfig({ apiEndpoint });
    expect(failures).toEqual([
      { property: "", reason: expect.stringContaining("emulator on this machine only") as string },
    ]);
    const failure = await failureOf(client.configure({ apiEndpoint }));
    expect(failure.details).toContain(apiEndpoint);
  });

  test("no name outside the loopback range is accepted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.webUrl(), async (apiEndpoint) => {
        expect((await client.checkConfig({ apiEndpoint })).failures).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });

  test("hide the token, and are otherwise unchanged", async () => {
    const settings = { apiEndpoint: "http://127.0.0.1:1", httpRetryMax: "2", token: "t" };
    const { inputs } = await client.checkConfig(settings);
    expect(inputs).toEqual({ ...settings, token: new Secret("t") });
  });

  test("may be unknown in a preview", async () => {
    expect(await client.checkConfig({ apiEndpoint: UNKNOWN })).toEqual({
      inputs: { apiEndpoint: UNKNOWN },
      failures: [],
    });
  });

  test("refuse an invalid number", async () => {
    const settings = { apiEndpoint: "http://127.0.0.1:1", httpRetryMax: '"many"' };
    const { failures } = await client.checkConfig(settings);
    expect(failures[0]?.reason).toContain("digitalocean:httpRetryMax must be a number");
  });
});
