import type { PropertyMap } from "../../protocol/properties";
import { failureOf } from "../protocol/support/provider-client";
import { POOL, type Resource, TestPlugin } from "./support/test-plugin";

let plugin: TestPlugin;
let clusterId: string;

beforeEach(async () => {
  plugin = await TestPlugin.start();
  clusterId = (await plugin.emulator.createCluster()).id;
});

afterEach(async () => {
  const strange = await plugin.strangeRequests();
  await plugin.close();
  expect(strange).toEqual([]);
});

function inputs(changes: PropertyMap = {}): PropertyMap {
  return {
    clusterId,
    name: "extra",
    size: "s-2vcpu-4gb",
    nodeCount: 2,
    labels: { role: "batch" },
    taints: [{ key: "batch", value: "", effect: "NoSchedule" }],
    tags: ["mine"],
    ...changes,
  };
}

function create(changes: PropertyMap = {}, options = {}): Promise<Resource> {
  return plugin.create(POOL, inputs(changes), options);
}

function path(id: string): string {
  return `/v2/kubernetes/clusters/${clusterId}/node_pools/${id}`;
}

test("is created when its nodes run", async () => {
  const pool = await create();
  const { nodes, ...outputs } = pool.outputs;
  expect(outputs).toEqual({
    ...inputs(),
    autoScale: false,
    minNodes: 0,
    maxNodes: 0,
    actualNodeCount: 2,
  });
  expect(nodes).toEqual(
    Array.from({ length: 2 }, () => expect.objectContaining({ status: "running" }) as object),
  );
  expect(new Set(plugin.waits)).toEqual(new Set([10_000]));
});

test("the same inputs require no change, before and after a refresh", async () => {
  const pool = await create();
  expect((await plugin.diff(POOL, pool, inputs())).diffs).toEqual([]);
  const found = await plugin.refresh(POOL, pool);
  expect(found).toEqual(pool);
});

test("a count that is left to the autoscaler is not a difference", async () => {
  const autoscaled = { nodeCount: null, autoScale: true, minNodes: 1, maxNodes: 3 };
  const pool = await create(autoscaled);
  expect((await plugin.diff(POOL, pool, inputs(autoscaled))).diffs).toEqual([]);
});

test.each<[PropertyMap, string[]]>([
  [{ size: "s-4vcpu-8gb" }, ["size"]],
  [{ clusterId: "another" }, ["clusterId"]],
  [{ nodeCount: 3 }, []],
  [{ labels: { role: "web" } }, []],
  [{ taints: [] }, []],
])("changing it by %j replaces %j", async (changes, replaces) => {
  const pool = await create();
  const diff = await plugin.diff(POOL, pool, inputs(changes));
  expect(diff.diffs).toEqual(Object.keys(changes));
  expect(diff.replaces).toEqual(replaces);
});

test("is changed in place, and ready when the new nodes run", async () => {
  const pool = await create();
  const news = inputs({ nodeCount: 3, labels: { role: "web" }, taints: [] });
  const updated = await plugin.update(POOL, pool, news);
  expect(updated.outputs).toMatchObject({
    actualNodeCount: 3,
    labels: { role: "web" },
    taints: [],
  });
  expect((await plugin.diff(POOL, updated, news)).diffs).toEqual([]);
});

test("is deleted when its cluster no longer has it", async () => {
  const { id, outputs } = await create();
  await plugin.client.delete(POOL, id, outputs);
  expect((await plugin.emulator.get(path(id))).status).toBe(404);
  expect(plugin.waits.at(-1)).toBe(10_000);
});

test("fails to delete a missing pool", async () => {
  const { id, outputs } = await create();
  await plugin.emulator.call("DELETE", path(id));
  await plugin.emulator.until("the pool to be gone", async () =>
    (await plugin.emulator.get(path(id))).status === 404 ? true : undefined,
  );
  const failure = await failureOf(plugin.client.delete(POOL, id, outputs));
  expect(failure.details).toMatch(/Unable to delete node pool DELETE .*: 404 /);
});

test("reads a missing pool as deleted", async () => {
  const pool = await create();
  await plugin.client.delete(POOL, pool.id, pool.outputs);
  expect(await plugin.refresh(POOL, pool)).toBeUndefined();
});

test("fails to create one in a cluster that does not exist", async () => {
  const failure = await failureOf(create({ clusterId: "00000000-0000-4000-8000-000000000000" }));
  expect(failure.details).toContain(
    "Error creating Kubernetes node pool: Unable to create new default node pool POST",
  );
});

test("fails when a check fails", async () => {
  await plugin.fail("GET", "/v2/kubernetes/clusters/*/node_pools/*", 403);
  const failure = await failureOf(create());
  expect(failure.details).toContain("Error trying to read nodepool state: GET");
});
