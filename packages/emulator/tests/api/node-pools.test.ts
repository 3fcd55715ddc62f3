import { type ErrorBody, TestEmulator } from "./support/test-emulator";
import type { ClusterBody, DropletsBody, NodePoolBody } from "./support/wire-types";

let emulator: TestEmulator;
let cluster: ClusterBody;
let pools: string;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  cluster = await emulator.createCluster();
  pools = `/v2/kubernetes/clusters/${cluster.id}/node_pools`;
});
afterEach(() => emulator.close());

const pool = (changes: object = {}) => ({
  name: "extra",
  size: "s-1vcpu-2gb",
  count: 1,
  ...changes,
});

async function create(changes: object = {}): Promise<NodePoolBody> {
  const { body } = await emulator.call<{ node_pool: NodePoolBody }>("POST", pools, pool(changes));
  await emulator.untilRunning(cluster.id);
  return (await emulator.get<{ node_pool: NodePoolBody }>(`${pools}/${body.node_pool.id}`)).body
    .node_pool;
}

async function dropletNames(): Promise<string[]> {
  const { droplets } = (await emulator.get<DropletsBody>("/v2/droplets")).body;
  return droplets.map(({ name }) => name).sort();
}

function nodeNames(): string[] {
  return (emulator.controlPlanes.nodes.get(cluster.id) ?? []).map(({ name }) => name).sort();
}

test("a new pool creates its nodes in Kubernetes, with labels and taints", async () => {
  const labels = { tier: "web" };
  const taints = [{ key: "dedicated", value: "web", effect: "NoSchedule" }];
  const { nodes } = await create({ labels, taints, tags: ["team-a"] });

  const specs = emulator.controlPlanes.nodes.get(cluster.id) ?? [];
  const [spec] = specs.filter(({ poolName }) => poolName === "extra");
  expect(specs).toHaveLength(2);
  expect(spec).toMatchObject({
    name: nodes[0]?.name,
    labels,
    taints,
    dropletId: Number(nodes[0]?.droplet_id),
    size: { slug: "s-1vcpu-2gb", vcpus: 1, memoryMiB: 2048, diskGiB: 50 },
  });
});

test("accepts taints with capitalized fields, as godo sends them", async () => {
  const { taints } = await create({ taints: [{ Key: "a", Value: "b", Effect: "NoExecute" }] });

  expect(taints).toEqual([{ key: "a", value: "b", effect: "NoExecute" }]);
});

test("scaling up and down changes nodes and Droplets", async () => {
  const [first] = cluster.node_pools;
  const path = `${pools}/${first?.id}`;

  const up = await emulator.call<{ node_pool: NodePoolBody }>("PUT", path, {
    name: "default",
    count: 3,
  });
  expect(up.status).toBe(202);
  expect(up.body.node_pool.nodes.map(({ status }) => status.state).sort()).toEqual([
    "provisioning",
    "provisioning",
    "running",
  ]);
  const three = await emulator.untilRunning(cluster.id);
  expect(await dropletNames()).toEqual(nodeNames());
  expect(three.node_pools[0]?.nodes).toHaveLength(3);

  // Without a name, as in the examples of doctl.
  expect((await emulator.call("PUT", path, { count: 1 })).status).toBe(202);
  const one = await emulator.untilRunning(cluster.id);
  expect(one.node_pools[0]?.name).toBe("default");
  expect(one.node_pools[0]?.nodes.map(({ id }) => id)).toEqual([first?.nodes[0]?.id]);
  expect(await dropletNames()).toEqual(nodeNames());
});

test("a pool can be renamed and retagged, and keeps its size", async () => {
  const { id } = await create();

  await emulator.call("PUT", `${pools}/${id}`, { name: "renamed", tags: ["b"], size: "c-2" });

  const changed = (await emulator.get<{ node_pool: NodePoolBody }>(`${pools}/${id}`)).body
    .node_pool;
  expect(changed).toMatchObject({ name: "renamed", size: "s-1vcpu-2gb", count: 1 });
  expect((await emulator.get<DropletsBody>("/v2/droplets?tag_name=b")).body.meta.total).toBe(1);
});

test("a deleted pool exists until its nodes are gone", async () => {
  const { id } = await create();

  expect((await emulator.call("DELETE", `${pools}/${id}`)).status).toBe(204);

  await emulator.until("the pool to go", async () =>
    (await emulator.get(`${pools}/${id}`)).status === 404 ? true : undefined,
  );
  expect(await dropletNames()).toHaveLength(1);
  expect((await emulator.call("DELETE", `${pools}/${id}`)).status).toBe(404);
});

test.each([
  ["?replace=1", 1],
  ["", 0],
])("a deleted node with the query %j leaves %i in the pool", async (query, left) => {
  const { id, nodes } = await create();
  const path = `${pools}/${id}/nodes/${nodes[0]?.id}`;

  expect((await emulator.call("DELETE", path + query)).status).toBe(202);

  const after = await emulator.untilRunning(cluster.id);
  const changed = after.node_pools.find((one) => one.id === id);
  expect(changed?.nodes).toHaveLength(left);
  expect(changed?.nodes.map((node) => node.id)).not.toContain(nodes[0]?.id);
  expect(await dropletNames()).toEqual(nodeNames());
});

test("the node of a Droplet that was deleted is replaced", async () => {
  const [node] = cluster.node_pools[0]?.nodes ?? [];

  expect((await emulator.call("DELETE", `/v2/droplets/${node?.droplet_id}`)).status).toBe(204);

  const after = await emulator.untilRunning(cluster.id);
  expect(after.node_pools[0]?.nodes).toHaveLength(1);
  expect(after.node_pools[0]?.nodes[0]?.id).not.toBe(node?.id);
  expect(await dropletNames()).toEqual(nodeNames());
});

test("a pool with autoscaling starts with its minimum of nodes", async () => {
  const made = await create({ count: undefined, auto_scale: true, min_nodes: 2, max_nodes: 4 });

  expect(made).toMatchObject({ count: 2, min_nodes: 2, max_nodes: 4 });
});

test("the bounds of a pool without autoscaling are 0", async () => {
  expect(await create({ min_nodes: 2, max_nodes: 4 })).toMatchObject({
    min_nodes: 0,
    max_nodes: 0,
  });
});

test.each([
  ["an unknown size", { size: "huge" }, "invalid size slug: huge"],
  ["a size too small for Kubernetes", { size: "s-1vcpu-1gb" }, "invalid size slug"],
  ["no size", { size: undefined }, "size is required"],
  ["no count", { count: undefined }, "count is required"],
  ["a count below 0", { count: -1 }, "count"],
  ["a bad name", { name: "-x" }, "invalid node pool name"],
  ["a name in use", { name: "default" }, "already in use"],
  [
    "an unknown taint effect",
    { taints: [{ key: "a", value: "b", effect: "Never" }] },
    "taints.0.effect",
  ],
  ["a bad label", { labels: { "a b": "c" } }, "invalid label"],
  ["bounds the wrong way round", { auto_scale: true, min_nodes: 3, max_nodes: 2 }, "min nodes"],
  ["no upper bound", { auto_scale: true, min_nodes: 1 }, "max nodes"],
  [
    "more nodes than the account may have",
    { count: 25 },
    "validation error: 25 additional nodes but not enough available droplet limit",
  ],
  [
    "room to grow beyond the account's limit",
    { auto_scale: true, min_nodes: 1, max_nodes: 25 },
    "autoscale desired max nodes exceed limits, 25 additional nodes",
  ],
])("refuses a pool with %s", async (_, changes, message) => {
  const { status, body } = await emulator.call<ErrorBody>("POST", pools, pool(changes));

  expect([status, body.message]).toEqual([422, expect.stringContaining(message)]);
});

test("the account's Droplet limit counts all clusters, and frees what is deleted", async () => {
  const body = pool({ count: 24 });
  expect((await emulator.call("POST", pools, body)).status).toBe(201);
  const { status } = await emulator.call("POST", "/v2/kubernetes/clusters", {
    name: "green",
    region: "fra1",
    version: "1.35",
    node_pools: [pool()],
  });
  expect(status).toBe(422);

  await emulator.call("DELETE", `/v2/kubernetes/clusters/${cluster.id}`);

  expect((await emulator.createCluster({ name: "green" })).name).toBe("green");
});

test("the last pool cannot be deleted", async () => {
  const path = `${pools}/${cluster.node_pools[0]?.id}`;

  const { status, body } = await emulator.call<ErrorBody>("DELETE", path);

  expect([status, body.message]).toEqual([422, expect.stringContaining("at least one node pool")]);
});
