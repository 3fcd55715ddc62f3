import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiClient } from "../../kubernetes/api/client";
import { eventually } from "./support/eventually";
import { awaitReplicas, DEPLOYMENTS, deployment } from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster, testNode } from "./support/test-cluster";

jest.setTimeout(START_TIMEOUT_MS);

const SPARE = /^spare-/;

describe("a spare control plane", () => {
  let cluster: TestCluster;

  beforeEach(() => {
    cluster = new TestCluster(undefined, true);
  });

  afterEach(() => cluster.dispose());

  const folders = () => readdirSync(join(cluster.stateDirectory, "clusters")).sort();
  const processes = () => readdirSync(join(cluster.stateDirectory, "processes"));

  test("becomes the next cluster's, and is unchanged after a restart", async () => {
    const { clusterId, serviceSubnet } = cluster.spec;
    cluster.controlPlanes.prepare(serviceSubnet);
    expect(cluster.controlPlanes.preparedSubnet).toBe(serviceSubnet);
    await cluster.start();
    await cluster.setNodes([testNode(1)]);
    expect(folders()).toEqual([clusterId, expect.stringMatching(SPARE)]);
    expect(processes().filter((name) => name.includes("kube-apiserver"))).toEqual([
      expect.stringMatching(SPARE),
    ]);
    const client = cluster.client();
    await client.create(DEPLOYMENTS, deployment("web"));
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 1);
    const { endpoint, ca } = cluster;

    await cluster.halt();
    await cluster.start();
    expect(cluster).toMatchObject({ endpoint, ca });
    await expect(cluster.client().get(`${DEPLOYMENTS}/web`)).resolves.toMatchObject({
      status: { readyReplicas: 1 },
    });

    await cluster.controlPlanes.remove(clusterId);
    expect(folders()).toEqual([]);
    await cluster.start();
    expect(await cluster.client().find(`${DEPLOYMENTS}/web`)).toBeUndefined();
  });

  test("rejects the account's users before a cluster has it", async () => {
    cluster.controlPlanes.prepare(cluster.spec.serviceSubnet);
    const status = await eventually(
      async () => {
        const [name = ""] = folders();
        const path = (file: string) => join(cluster.stateDirectory, "clusters", name, file);
        if (!existsSync(path("kwok.kubeconfig"))) {
          return "the API server has not started";
        }
        const { port } = JSON.parse(readFileSync(path("cluster.json"), "utf8")) as { port: number };
        const ca = readFileSync(path("certificates/apiserver.crt"), "utf8");
        const client = new ApiClient(`https://127.0.0.1:${port}`, ca, cluster.adminToken);
        return client.status("/api/v1/pods").finally(() => client.close());
      },
      (answer) => typeof answer === "number",
    );
    expect(status).toBe(401);
  });

  test("stays spare when a cluster has another network for its Services", async () => {
    cluster.controlPlanes.prepare(cluster.spec.serviceSubnet);
    await cluster.controlPlanes.start({ ...cluster.spec, serviceSubnet: "10.111.0.0/19" });
    expect(folders()).toEqual([cluster.spec.clusterId, expect.stringMatching(SPARE)]);
    expect(cluster.controlPlanes.preparedSubnet).toBe(cluster.spec.serviceSubnet);
  });

  test("that was never used is deleted by the next emulator", async () => {
    cluster.controlPlanes.prepare(cluster.spec.serviceSubnet);
    await cluster.halt();
    const before = folders();
    await cluster.controlPlanes.start({ ...cluster.spec, serviceSubnet: "10.111.0.0/19" });
    expect(before).toEqual([expect.stringMatching(SPARE)]);
    expect(folders()).toEqual([cluster.spec.clusterId]);
  });
});
