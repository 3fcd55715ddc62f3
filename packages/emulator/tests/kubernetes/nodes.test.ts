import type { ApiClient } from "../../kubernetes/api/client";
import type { Node } from "../../kubernetes/api/objects";
import { eventually } from "./support/eventually";
import {
  awaitGone,
  awaitReplicas,
  DEPLOYMENTS,
  deployment,
  PODS,
  type PodObject,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster, testNode } from "./support/test-cluster";

jest.setTimeout(START_TIMEOUT_MS);

describe("the nodes of a cluster", () => {
  const first = testNode(1);
  const second = testNode(2);
  let cluster: TestCluster;
  let client: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start([first]);
    client = cluster.client();
  });

  afterAll(() => cluster.dispose());

  test("look like those of DOKS", async () => {
    const node = await client.get<Node>(`/api/v1/nodes/${first.name}`);
    expect(node.metadata.labels).toEqual({
      "beta.kubernetes.io/arch": "amd64",
      "beta.kubernetes.io/instance-type": "s-2vcpu-4gb",
      "beta.kubernetes.io/os": "linux",
      "doks.digitalocean.com/managed": "true",
      "doks.digitalocean.com/node-id": first.id,
      "doks.digitalocean.com/node-pool": "pool-test",
      "doks.digitalocean.com/node-pool-id": "pool-id",
      "doks.digitalocean.com/version": "1.35.4-do.0",
      "failure-domain.beta.kubernetes.io/region": "nyc1",
      "kubernetes.io/arch": "amd64",
      "kubernetes.io/hostname": first.name,
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/instance-type": "s-2vcpu-4gb",
      "topology.kubernetes.io/region": "nyc1",
      region: "nyc1",
      tier: "test",
    });
    expect(node.spec).toMatchObject({
      providerID: "digitalocean://1001",
      podCIDR: "10.108.0.0/25",
    });
    expect(node.status).toMatchObject({
      capacity: { cpu: "2", pods: "110" },
      allocatable: { cpu: "1900m", memory: "2560Mi" },
      nodeInfo: { kubeletVersion: "v1.35.4" },
      addresses: [
        { type: "Hostname", address: first.name },
        { type: "InternalIP", address: "10.110.0.1" },
        { type: "ExternalIP", address: "203.0.113.1" },
        { type: "InternalDNS", address: "localhost" },
      ],
    });
  });

  test("follow their pool's labels and taints, and keep others'", async () => {
    const path = `/api/v1/nodes/${first.name}`;
    // Kubernetes takes away its own taint, not-ready, a moment after the node is Ready.
    await eventually(
      () => client.get<Node>(path),
      ({ spec }) => spec.taints === undefined,
    );
    await client.patch(path, { metadata: { labels: { mine: "kept" } } });
    const taint = { key: "dedicated", value: "ci", effect: "NoSchedule" };
    await cluster.setNodes([{ ...first, labels: { team: "shop" }, taints: [taint] }]);
    const changed = await client.get<Node>(path);
    expect(changed.metadata.labels).toMatchObject({ team: "shop", mine: "kept" });
    expect(changed.metadata.labels).not.toHaveProperty("tier");
    expect(changed.spec.taints).toEqual([taint]);
    await cluster.setNodes([first]);
    const restored = await client.get<Node>(path);
    expect(restored.spec.taints).toBeUndefined();
  });

  test("are drained before their removal, and their pods run elsewhere", async () => {
    await client.create(DEPLOYMENTS, deployment("web", 2));
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 2);
    await cluster.setNodes([second]);
    await awaitGone(client, `/api/v1/nodes/${first.name}`);
    const { items } = await eventually(
      () => client.get<{ items: PodObject[] }>(PODS),
      ({ items }) => items.length === 2 && items.every(({ status }) => status.phase === "Running"),
    );
    expect(items.map(({ spec }) => spec.nodeName)).toEqual([second.name, second.name]);
  });

  test("can all be removed, and their pods wait for new ones", async () => {
    await cluster.setNodes([]);
    await eventually(
      () => client.get<{ items: PodObject[] }>(PODS),
      ({ items }) => items.length === 2 && items.every(({ status }) => status.phase === "Pending"),
    );
    expect(await cluster.controlPlanes.readyNodes(cluster.spec.clusterId)).toEqual([]);
    await cluster.setNodes([first]);
    await awaitReplicas(client, `${DEPLOYMENTS}/web`, 2);
  });
});
