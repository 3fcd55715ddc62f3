import { clusterRequest, type ErrorBody, TestEmulator } from "./support/test-emulator";
import type { ClusterBody, DropletsBody } from "./support/wire-types";

const CLUSTERS = "/v2/kubernetes/clusters";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

function create(changes: object = {}) {
  return emulator.call<{ kubernetes_cluster: ClusterBody }>(
    "POST",
    CLUSTERS,
    clusterRequest(changes),
  );
}

describe("an update without a configuration", () => {
  test("godo's autoscaler configuration of nulls leaves none", async () => {
    const cluster = await emulator.createCluster();
    const nothing = {
      scale_down_utilization_threshold: null,
      scale_down_unneeded_time: null,
      expanders: null,
    };
    const { body } = await emulator.call<{
      kubernetes_cluster: { cluster_autoscaler_configuration: unknown };
    }>("PUT", `${CLUSTERS}/${cluster.id}`, {
      name: cluster.name,
      cluster_autoscaler_configuration: nothing,
    });
    expect(body.kubernetes_cluster.cluster_autoscaler_configuration ?? null).toBeNull();
  });
});

describe("creating a cluster", () => {
  test("it uses the spare control plane's network, unless another cluster has it", async () => {
    emulator.controlPlanes.preparedSubnet = "10.113.0.0/19";
    const clusters = [
      await create({ name: "one" }),
      await create({ name: "two" }),
      await create({ name: "three" }),
    ];
    expect(clusters.map(({ body }) => body.kubernetes_cluster.service_subnet)).toEqual([
      "10.113.0.0/19",
      "10.109.0.0/19",
      "10.111.0.0/19",
    ]);
  });

  test("it is first provisioning, without endpoint, address and node names", async () => {
    let open = () => {};
    emulator.controlPlanes.gate = new Promise((resolve) => {
      open = resolve;
    });

    const { status, body } = await create();

    const cluster = body.kubernetes_cluster;
    expect(status).toBe(201);
    expect(cluster.id).toMatch(UUID);
    expect(cluster.status.state).toBe("provisioning");
    expect([cluster.endpoint, cluster.ipv4]).toEqual(["", ""]);
    expect(cluster.node_pools[0]?.nodes).toEqual([
      expect.objectContaining({ name: "", droplet_id: "", status: { state: "provisioning" } }),
    ]);

    open();
    const running = await emulator.untilRunning(cluster.id);
    expect(running.endpoint).toBe("https://127.0.0.1:6443");
    expect(running.ipv4).toBe("127.0.0.1");
    expect(running.node_pools[0]?.nodes[0]?.name).toMatch(/^default-[a-z0-9]{5}$/);
  });

  test("each node is a Droplet that carries the tags of the cluster and its pool", async () => {
    const pool = { name: "big", size: "s-2vcpu-4gb", count: 2, tags: ["team-a"] };
    const cluster = await emulator.createCluster({ node_pools: [pool] });

    const path = `/v2/droplets?tag_name=k8s:${cluster.id}`;
    const { droplets } = (await emulator.get<DropletsBody>(path)).body;

    expect(droplets.map(({ id }) => String(id)).sort()).toEqual(
      cluster.node_pools[0]?.nodes.map((node) => node.droplet_id).sort(),
    );
    for (const droplet of droplets) {
      expect(droplet.tags).toEqual(["team-a", "k8s", `k8s:${cluster.id}`, "k8s:worker"]);
    }
  });

  test("keeps the user's tags, adds DigitalOcean's, and leaves the first pool first", async () => {
    const pools = ["first", "second"].map((name) => ({ name, size: "s-1vcpu-2gb", count: 1 }));
    const { body } = await create({
      tags: ["owner:alice"],
      node_pools: [{ ...pools[0], tags: ["terraform:default-node-pool"] }, pools[1]],
    });

    const cluster = body.kubernetes_cluster;
    expect(cluster.tags).toEqual(["owner:alice", "k8s", `k8s:${cluster.id}`]);
    expect(cluster.node_pools.map(({ name }) => name)).toEqual(["first", "second"]);
    expect(cluster.node_pools[0]?.tags).toContain("terraform:default-node-pool");
  });

  test.each([
    ["1.36", /^1\.36\.\d+-do\.\d+$/, true],
    ["1.35", /^1\.35\.\d+-do\.\d+$/, false],
    ["latest", /^1\.36\.\d+-do\.\d+$/, true],
  ])("version %s is resolved to a slug, and decides about HA", async (version, slug, ha) => {
    const { body } = await create({ version, ha: undefined });

    expect(body.kubernetes_cluster.version).toMatch(slug);
    expect(body.kubernetes_cluster.ha).toBe(ha);
  });

  test("HA follows the request, regardless of the version", async () => {
    const { body } = await create({ version: "1.36", ha: false });

    expect(body.kubernetes_cluster.ha).toBe(false);
  });

  test.each([
    ["an unknown version", { version: "1.12.1-do.0" }, "validation error: invalid version slug"],
    ["an unknown region", { region: "moon1" }, "invalid region: moon1"],
    ["a region without Kubernetes", { region: "nyc2" }, "invalid region: nyc2"],
    ["no name", { name: undefined }, "name is required"],
    ["a bad name", { name: "Blue_1" }, 'invalid cluster name "Blue_1"'],
    ["no pools", { node_pools: [] }, "node_pools"],
    ["a bad tag", { tags: ["a tag"] }, "invalid tag: a tag"],
    ["an unknown VPC", { vpc_uuid: "4b3b1b1e-0000-4000-8000-000000000000" }, "VPC"],
    ["a bad subnet", { cluster_subnet: "10.0.0.0/99" }, "invalid subnet: 10.0.0.0/99"],
    [
      "overlapping subnets",
      { cluster_subnet: "10.0.0.0/8", service_subnet: "10.1.0.0/16" },
      "must not overlap",
    ],
    ["isolated workers without a NAT gateway", { isolated_workers: true }, "NAT gateway"],
    ["a bad maintenance day", { maintenance_policy: { start_time: "1:00", day: "noday" } }, "day"],
    [
      "a bad firewall address",
      { control_plane_firewall: { enabled: true, allowed_addresses: ["x"] } },
      "invalid address",
    ],
    ["SSO without an issuer", { sso: { enabled: true } }, "sso.issuer_url"],
  ])("refuses %s", async (_, changes, message) => {
    const { status, body } = await emulator.call<ErrorBody>(
      "POST",
      CLUSTERS,
      clusterRequest(changes),
    );

    expect(status).toBe(422);
    expect(body).toEqual({
      id: "unprocessable_entity",
      message: expect.stringContaining(message),
      request_id: expect.stringMatching(UUID),
    });
    expect(
      (await emulator.get<{ kubernetes_clusters: [] }>(CLUSTERS)).body.kubernetes_clusters,
    ).toEqual([]);
  });

  test("refuses a name that another cluster has, until that one is deleted", async () => {
    const { id } = (await create()).body.kubernetes_cluster;

    expect(await create({ region: "ams3" })).toMatchObject({
      status: 422,
      body: { message: "validation error: a cluster with this name already exists" },
    });

    await emulator.call("DELETE", `${CLUSTERS}/${id}`);
    expect((await create()).status).toBe(201);
  });

  test("accepts a name twice when names need not be unique", async () => {
    await create();
    await emulator.call("POST", "/_emulator/cluster-names", { unique: false });
    expect((await create()).status).toBe(201);

    await emulator.call("POST", "/_emulator/cluster-names", { unique: true });
    expect((await create()).status).toBe(422);
  });

  test("ends in the state error when its control plane does not come up", async () => {
    emulator.controlPlanes.failure = "no memory";
    const { id } = (await create()).body.kubernetes_cluster;

    const failed = await emulator.until("the cluster to fail", async () => {
      const cluster = await emulator.cluster(id);
      return cluster.status.state === "provisioning" ? undefined : cluster;
    });

    expect(failed.status).toEqual({ state: "error", message: "no memory" });
  });
});

describe("changing a cluster", () => {
  test("a change answers 202 and keeps other fields", async () => {
    const { id } = await emulator.createCluster({ tags: ["a"], surge_upgrade: true });

    const { status, body } = await emulator.call<{ kubernetes_cluster: ClusterBody }>(
      "PUT",
      `${CLUSTERS}/${id}`,
      { name: "green", auto_upgrade: true },
    );

    expect(status).toBe(202);
    expect(body.kubernetes_cluster).toMatchObject({
      name: "green",
      auto_upgrade: true,
      surge_upgrade: true,
      tags: ["a", "k8s", `k8s:${id}`],
    });
  });

  // As in the examples of doctl.
  test("keeps its name when the change has none", async () => {
    const { id } = await emulator.createCluster();
    const change = await emulator.call("PUT", `${CLUSTERS}/${id}`, { tags: ["a"] });
    expect(change.status).toBe(202);
    expect((await emulator.cluster(id)).name).toBe("blue");
  });

  test("refuses another cluster's name, and accepts its own", async () => {
    await create({ name: "green" });
    const { id } = await emulator.createCluster();
    const rename = (name: string) => emulator.call("PUT", `${CLUSTERS}/${id}`, { name });

    expect((await rename("green")).status).toBe(422);
    expect((await rename("blue")).status).toBe(202);
  });

  test.each([
    ["without a word for its name", { name: "" }, "name"],
    ["that takes HA away", { name: "blue", ha: false }, "cannot be disabled"],
  ])("refuses a change %s", async (_, change, message) => {
    const { id } = await emulator.createCluster({ ha: true });

    const answer = await emulator.call<ErrorBody>("PUT", `${CLUSTERS}/${id}`, change);

    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  test("fields that cannot be changed are ignored, and the request log names them", async () => {
    const { id, version } = await emulator.createCluster();

    const change = { name: "blue", region: "ams3", version: "1.36" };
    await emulator.call("PUT", `${CLUSTERS}/${id}`, change);

    expect((await emulator.cluster(id)).version).toBe(version);
    const log = await emulator.get<{ requests: { method: string; unknown_fields: string[] }[] }>(
      "/_emulator/requests",
    );
    expect(log.body.requests.find(({ method }) => method === "PUT")?.unknown_fields).toEqual([
      "region",
      "version",
    ]);
  });

  test("is upgraded by one minor version at most", async () => {
    const { id } = await emulator.createCluster({ version: "1.34" });
    const path = `${CLUSTERS}/${id}`;
    const offers = await emulator.get<{ available_upgrade_versions: { slug: string }[] }>(
      `${path}/upgrades`,
    );
    const [offer] = offers.body.available_upgrade_versions;

    expect((await emulator.call("POST", `${path}/upgrade`, { version: "1.36" })).status).toBe(422);
    expect((await emulator.call("POST", `${path}/upgrade`, { version: offer?.slug })).status).toBe(
      202,
    );

    const upgraded = await emulator.untilRunning(id);
    expect(offer?.slug).toMatch(/^1\.35\./);
    expect(upgraded.version).toBe(offer?.slug);
  });
});

describe("deleting a cluster", () => {
  test("it is deleted at once, with its Droplets and its control plane", async () => {
    const { id } = await emulator.createCluster();

    const { status, text } = await emulator.call("DELETE", `${CLUSTERS}/${id}`);

    expect([status, text]).toEqual([204, ""]);
    expect((await emulator.get(`${CLUSTERS}/${id}`)).status).toBe(404);
    expect((await emulator.call("DELETE", `${CLUSTERS}/${id}`)).status).toBe(404);
    expect((await emulator.get<DropletsBody>("/v2/droplets")).body.meta.total).toBe(0);
    await emulator.until("the control plane to go", async () =>
      emulator.controlPlanes.removed.includes(id) ? true : undefined,
    );
  });

  test("a failed removal of its control plane is repeated", async () => {
    const { id } = await emulator.createCluster();
    emulator.controlPlanes.failingRemovals = 2;

    await emulator.call("DELETE", `${CLUSTERS}/${id}`);

    await emulator.until("the control plane to go", async () =>
      emulator.controlPlanes.removed.includes(id) ? true : undefined,
    );
    expect(emulator.controlPlanes.failingRemovals).toBe(0);
  });

  test("a provisioning cluster is also deleted", async () => {
    let open = () => {};
    emulator.controlPlanes.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { id } = (await create()).body.kubernetes_cluster;

    expect((await emulator.call("DELETE", `${CLUSTERS}/${id}`)).status).toBe(204);
    open();

    await emulator.until("the control plane to go", async () =>
      emulator.controlPlanes.removed.includes(id) ? true : undefined,
    );
    expect(emulator.controlPlanes.nodes.has(id)).toBe(false);
  });
});
