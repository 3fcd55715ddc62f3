import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../../server";
import { FakeControlPlanes } from "./support/fake-control-planes";
import { clusterRequest, TestEmulator } from "./support/test-emulator";
import type { ClusterBody } from "./support/wire-types";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

const CLUSTERS = "/v2/kubernetes/clusters";
const stored = () =>
  JSON.parse(readFileSync(join(emulator.stateDirectory, "account.json"), "utf8")) as {
    collections: { clusters: { name: string }[] };
  };

test("answered changes are on disk even if the process is killed", async () => {
  for (const name of ["one", "two", "three"]) {
    await emulator.call("POST", CLUSTERS, clusterRequest({ name }));

    expect(stored().collections.clusters.at(-1)?.name).toBe(name);
  }
});

test("the account, the token and the address are the same after a restart", async () => {
  const cluster = await emulator.createCluster({ tags: ["owner:alice"] });
  await emulator.call("POST", "/v2/volumes", { name: "v", region: "fra1", size_gigabytes: 1 });
  const paths = ["/v2/account", "/v2/volumes", "/v2/droplets", "/v2/projects", CLUSTERS];
  const everything = () => Promise.all(paths.map(async (path) => (await emulator.get(path)).body));
  const [before, url, token] = [await everything(), emulator.url, emulator.token];

  await emulator.restart();
  await emulator.untilRunning(cluster.id);

  expect([emulator.url, emulator.token]).toEqual([url, token]);
  expect(await everything()).toEqual(before);
});

test("clusters are started again with the nodes they had", async () => {
  const cluster = await emulator.createCluster();

  await emulator.restart();

  const specs = await emulator.until("the nodes to come back", async () => {
    const nodes = emulator.controlPlanes.nodes.get(cluster.id);
    return nodes?.length ? nodes : undefined;
  });
  expect(specs.map(({ name }) => name)).toEqual([cluster.node_pools[0]?.nodes[0]?.name]);
});

test("the emulator is healthy only when its clusters run again", async () => {
  await emulator.createCluster();
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  await emulator.restart((controlPlanes) => {
    controlPlanes.gate = gate;
  });
  const health = async () => (await fetch(`${emulator.url}/_emulator/health`)).status;

  expect(await health()).toBe(503);
  open();

  await emulator.until("health", async () => ((await health()) === 200 ? true : undefined));
});

test("a provisioning cluster comes up after a restart", async () => {
  emulator.controlPlanes.failure = undefined;
  let open = () => {};
  emulator.controlPlanes.gate = new Promise((resolve) => {
    open = resolve;
  });
  const { body } = await emulator.call<{ kubernetes_cluster: ClusterBody }>(
    "POST",
    CLUSTERS,
    clusterRequest(),
  );
  const { id } = body.kubernetes_cluster;
  const restarted = emulator.restart();
  open();
  await restarted;

  expect((await emulator.untilRunning(id)).status.state).toBe("running");
});

test("tokens of clusters and the moved clock outlive a restart", async () => {
  const { id } = await emulator.createCluster();
  const { body } = await emulator.get<{ token: string }>(
    `${CLUSTERS}/${id}/credentials?expiry_seconds=3600`,
  );
  await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 3000 });

  await emulator.restart();

  const { cloud } = emulator.controlPlanes;
  expect(cloud.authenticate(id, body.token)).toBeDefined();
  await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 700 });
  expect(cloud.authenticate(id, body.token)).toBeUndefined();
});

test.each(["token", "account.json"])("only its owner can read the file %s", async (file) => {
  await emulator.createCluster();

  expect(statSync(join(emulator.stateDirectory, file)).mode & 0o777).toBe(0o600);
});

test("the token looks like one of DigitalOcean's", () => {
  expect(emulator.token).toMatch(/^dop_v1_[0-9a-f]{64}$/);
});

describe("starting", () => {
  const start = (changes: { port?: number } = {}) =>
    startEmulator({
      stateDirectory: emulator.stateDirectory,
      createControlPlanes: ({ cloud }) => new FakeControlPlanes(cloud),
      ...changes,
    });

  test("fails on a state directory that another process serves", async () => {
    await expect(start()).rejects.toThrow(/is running already/);
  });

  test("fails on a port that is taken", async () => {
    const other = await TestEmulator.start();
    const port = Number(new URL(emulator.url).port);
    await expect(
      startEmulator({
        stateDirectory: `${other.stateDirectory}/second`,
        createControlPlanes: ({ cloud }) => new FakeControlPlanes(cloud),
        port,
      }),
    ).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
    await other.close();
  });
});
