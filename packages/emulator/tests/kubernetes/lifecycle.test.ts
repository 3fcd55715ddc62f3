import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { eventually } from "./support/eventually";
import { isAlive } from "./support/is-alive";
import {
  awaitReplicas,
  DEPLOYMENTS,
  deployment,
  loadBalancerService,
  SERVICES,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster, testNode } from "./support/test-cluster";

jest.setTimeout(START_TIMEOUT_MS);

const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"];

/** Ids of the processes that are noted in a state directory, by the name of their program. */
function pidsOf(stateDirectory: string): Map<string, number> {
  const directory = join(stateDirectory, "processes");
  const files = existsSync(directory) ? readdirSync(directory) : [];
  return new Map(
    files.map((file) => {
      const record = JSON.parse(readFileSync(join(directory, file), "utf8")) as {
        pid: number;
        command: string[];
      };
      return [record.command[0] ?? "", record.pid];
    }),
  );
}

describe("a control plane", () => {
  let cluster: TestCluster;

  beforeEach(() => {
    cluster = new TestCluster();
  });

  afterEach(() => cluster.dispose());

  test("ends all processes, and is unchanged after a restart", async () => {
    await cluster.start();
    await cluster.setNodes([testNode(1)]);
    const client = cluster.client();
    await client.create(DEPLOYMENTS, deployment("web", 2));
    await client.create(SERVICES, loadBalancerService("web", 8080));
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 2);
    const { endpoint, ca } = cluster;
    const pids = pidsOf(cluster.stateDirectory);
    expect([...pids.keys()].sort()).toEqual(PROGRAMS);

    await cluster.halt();
    expect([...pids.values()].filter(isAlive)).toEqual([]);
    expect(pidsOf(cluster.stateDirectory).size).toBe(0);

    await cluster.start();
    expect(cluster).toMatchObject({ endpoint, ca });
    await client.patch(`${DEPLOYMENTS}/web`, { spec: { replicas: 3 } });
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 3);
    const [loadBalancer] = cluster.cloud.loadBalancers.values();
    await eventually(
      () => fetch(`http://${loadBalancer?.ip}:8080/`).then(({ status }) => status),
      (status) => status === 200,
    );
  });

  test.each(PROGRAMS)("starts %s again when it dies", async (program) => {
    await cluster.start();
    await cluster.setNodes([testNode(1)]);
    const pid = pidsOf(cluster.stateDirectory).get(program) ?? 0;
    process.kill(pid, "SIGKILL");
    await eventually(
      () => pidsOf(cluster.stateDirectory).get(program),
      (restarted) => restarted !== undefined && restarted !== pid,
    );
    expect(cluster.logs.join("\n")).toContain(`${program} ended unexpectedly with SIGKILL`);
    const client = cluster.client();
    await eventually(
      () =>
        client.create(DEPLOYMENTS, deployment("web")).then(
          () => true,
          () => false,
        ),
      (created) => created,
    );
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 1);
  });

  test("can be removed while it starts", async () => {
    const starting = cluster.start();
    await eventually(
      () => pidsOf(cluster.stateDirectory).has("kube-apiserver"),
      (started) => started,
    );
    await Promise.all([
      expect(starting).rejects.toThrow("aborted"),
      cluster.controlPlanes.remove(cluster.spec.clusterId),
    ]);
    expect([...pidsOf(cluster.stateDirectory).keys()]).toEqual(["etcd"]);
  });

  test("leaves nothing of a removed cluster, and does not affect others", async () => {
    const other = { ...cluster.spec, clusterId: `${cluster.spec.clusterId}-2` };
    await Promise.all([cluster.start(), cluster.controlPlanes.start(other)]);
    await cluster.client().create("/api/v1/namespaces", { metadata: { name: "mine" } });
    await cluster.controlPlanes.remove(cluster.spec.clusterId);
    const directory = join(cluster.stateDirectory, "clusters");
    expect(readdirSync(directory)).toEqual([other.clusterId]);
    await expect(cluster.controlPlanes.setNodes(other.clusterId, [testNode(1)])).resolves.toBe(
      undefined,
    );
    await cluster.start();
    expect(await cluster.client().find("/api/v1/namespaces/mine")).toBeUndefined();
  });

  test("names a program that is not on PATH", async () => {
    const path = process.env.PATH;
    process.env.PATH = "";
    try {
      await expect(cluster.start()).rejects.toThrow("etcd was not found on PATH");
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("an emulator that crashed", () => {
  let cluster: TestCluster;
  let predecessor: ChildProcess | undefined;

  beforeAll(() => {
    cluster = new TestCluster();
  });

  afterAll(async () => {
    predecessor?.kill("SIGKILL");
    await cluster.dispose();
  });

  test("has its processes ended by the next, which takes over the clusters", async () => {
    const { stateDirectory } = cluster;
    const script = join(stateDirectory, "predecessor.js");
    buildSync({
      entryPoints: [join(__dirname, "support/run-until-killed.ts")],
      bundle: true,
      platform: "node",
      outfile: script,
      logLevel: "silent",
    });
    predecessor = spawn(process.execPath, [script, stateDirectory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(predecessor.stdout ?? predecessor, "data");
    predecessor.kill("SIGKILL");
    await once(predecessor, "exit");
    const orphans = [...pidsOf(stateDirectory).values()];
    expect(orphans.filter(isAlive)).toHaveLength(PROGRAMS.length);

    await cluster.start();
    expect(orphans.filter(isAlive)).toEqual([]);
    expect(await cluster.client().find("/api/v1/namespaces/survivor")).toBeDefined();
    await cluster.dispose();
    expect(existsSync(stateDirectory)).toBe(false);
  });
});
