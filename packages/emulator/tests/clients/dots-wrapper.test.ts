/** The emulator serves dots-wrapper, a client of DigitalOcean's API that knows nothing of it. */
import { createApiClient } from "dots-wrapper";
import { TestEmulator } from "../api/support/test-emulator";

let emulator: TestEmulator;
let client: ReturnType<typeof createApiClient>;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  client = createApiClient({ endpoint: `${emulator.url}/v2`, token: emulator.token });
});
afterEach(() => emulator.close());

async function createCluster(): Promise<string> {
  const { data } = await client.kubernetes.createKubernetesCluster({
    name: "blue",
    region: "fra1",
    version: "latest",
    tags: ["owner:alice"],
    node_pools: [{ name: "default", size: "s-2vcpu-4gb", count: 2 }],
  });
  await emulator.untilRunning(data.kubernetes_cluster.id);
  return data.kubernetes_cluster.id;
}

test("reads the account and what is on offer", async () => {
  const { data: account } = await client.account.getAccount();
  const { data: sizes } = await client.size.listSizes({ per_page: 200 });
  const { data: regions } = await client.region.listRegions({ per_page: 200 });
  const { data: offer } = await client.kubernetes.listAvailableOptionsOfKubernetes();

  expect(account.account.droplet_limit).toBe(25);
  expect(sizes.sizes.map(({ slug }) => slug)).toContain("s-2vcpu-4gb");
  expect(regions.regions.map(({ slug }) => slug)).toContain("fra1");
  expect(offer.options.versions[0]?.slug).toMatch(/^1\.36\./);
});

test("takes a cluster through its life", async () => {
  const id = await createCluster();
  const { data } = await client.kubernetes.getKubernetesCluster({ kubernetes_cluster_id: id });
  expect(data.kubernetes_cluster.status.state).toBe("running");
  expect(data.kubernetes_cluster.tags).toEqual(["owner:alice", "k8s", `k8s:${id}`]);

  const updated = await client.kubernetes.updateKubernetesCluster({
    kubernetes_cluster_id: id,
    name: "green",
    tags: ["owner:bob"],
  });
  expect(updated.data.kubernetes_cluster.name).toBe("green");

  const { data: droplets } = await client.droplet.listDroplets({ tag_name: `k8s:${id}` });
  expect(droplets.droplets).toHaveLength(2);

  const gone = await client.kubernetes.deleteKubernetesCluster({ kubernetes_cluster_id: id });
  expect(gone.status).toBe(204);
  const { data: clusters } = await client.kubernetes.listKubernetesClusters({});
  expect(clusters.kubernetes_clusters).toEqual([]);
});

test("adds, scales and removes a node pool", async () => {
  const kubernetes_cluster_id = await createCluster();
  const { data } = await client.kubernetes.createNodePool({
    kubernetes_cluster_id,
    name: "extra",
    size: "s-1vcpu-2gb",
    count: 1,
    labels: { tier: "web" },
    taints: [{ key: "a", value: "b", effect: "NoSchedule" }],
  });
  const node_pool_id = data.node_pool.id;

  await client.kubernetes.updateNodePool({
    kubernetes_cluster_id,
    node_pool_id,
    name: "extra",
    count: 3,
  });
  await emulator.untilRunning(kubernetes_cluster_id);
  const pool = await client.kubernetes.getNodePool({ kubernetes_cluster_id, node_pool_id });
  expect(pool.data.node_pool.nodes).toHaveLength(3);

  const node_id = pool.data.node_pool.nodes[0]?.id ?? "";
  await client.kubernetes.deleteNode({
    kubernetes_cluster_id,
    node_pool_id,
    node_id,
    drain_node: true,
    replace_node: false,
  });
  await emulator.untilRunning(kubernetes_cluster_id);
  const { data: pools } = await client.kubernetes.listNodePools({ kubernetes_cluster_id });
  expect(pools.node_pools.map(({ count }) => count)).toEqual([2, 2]);

  await client.kubernetes.deleteNodePool({ kubernetes_cluster_id, node_pool_id });
  await emulator.until("the pool to go", async () => {
    const { data: left } = await client.kubernetes.listNodePools({ kubernetes_cluster_id });
    return left.node_pools.length === 1 ? true : undefined;
  });
});

test("gets credentials and a kubeconfig", async () => {
  const kubernetes_cluster_id = await createCluster();
  const { data } = await client.kubernetes.getKubernetesClusterCredentials({
    kubernetes_cluster_id,
    expiration_in_seconds: 600,
  });
  const { data: kubeconfig } = await client.kubernetes.getKubernetesClusterKubeconfig({
    kubernetes_cluster_id,
  });

  const { cloud } = emulator.controlPlanes;
  expect(cloud.authenticate(kubernetes_cluster_id, data.token)?.username).toContain("@");
  expect(String(kubeconfig)).toContain("current-context: do-fra1-blue");
});

test("gets the registry's credentials and deletes it", async () => {
  // This client's own call to make one leaves out the subscription tier, which the API requires.
  const request = { name: "team", subscription_tier_slug: "basic" };
  await emulator.call("POST", "/v2/registry", request);

  const { data } = await client.containerRegistry.getDockerCredentials({ can_write: true });

  expect((await client.containerRegistry.getRegistry()).data.registry.name).toBe("team");
  expect(Object.keys(data.auths)).toEqual(["registry.digitalocean.com"]);
  expect((await client.containerRegistry.deleteRegistry()).status).toBe(204);
});

test("makes, attaches and deletes a volume", async () => {
  const id = await createCluster();
  const { data } = await client.volume.createVolume({
    name: "data",
    region: "fra1",
    size_gigabytes: 10,
    description: "",
  });
  const volume_id = data.volume.id;
  const { data: droplets } = await client.droplet.listDroplets({ tag_name: `k8s:${id}` });

  await client.volume.attachVolumeToDroplet({
    volume_id,
    droplet_id: droplets.droplets[0]?.id ?? 0,
  });
  await expect(client.volume.deleteVolume({ volume_id })).rejects.toMatchObject({
    response: { status: 409 },
  });
  await client.volume.detachVolumeFromDroplet({
    volume_id,
    droplet_id: droplets.droplets[0]?.id ?? 0,
  });

  expect((await client.volume.deleteVolume({ volume_id })).status).toBe(204);
});

test("reads metrics and the bill", async () => {
  const id = await createCluster();
  await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 1200 });
  const { data: droplets } = await client.droplet.listDroplets({ tag_name: `k8s:${id}` });
  const end = Math.floor(emulator.clock.now().getTime() / 1000);

  const { data: cpu } = await client.monitoring.getDropletCpuMetrics({
    host_id: String(droplets.droplets[0]?.id),
    start: end - 1200,
    end,
  });
  const { data: balance } = await client.customer.getBalance();
  const { data: invoices } = await client.customer.listInvoices({});

  expect(cpu.data.result.map(({ metric }) => (metric as { mode?: string }).mode)).toContain("idle");
  expect(Number(balance.month_to_date_usage)).toBeGreaterThan(0);
  expect(invoices.invoice_preview.amount).toBe(balance.month_to_date_usage);
});
