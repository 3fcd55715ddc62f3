import { stringOf } from "../../digitalocean/values";
import {
  isPropertyMap,
  type PropertyMap,
  Secret,
  stripSecrets,
  UNKNOWN,
} from "../../protocol/properties";
import { failureOf, initializationFailure, urnOf } from "../protocol/support/provider-client";
import { CLUSTER, type Resource, TestPlugin } from "./support/test-plugin";

const POOL = { name: "default", size: "s-2vcpu-4gb", nodeCount: 2 };
const INPUTS: PropertyMap = {
  name: "blue",
  region: "fra1",
  version: "1.35.4-do.0",
  ha: false,
  tags: ["stack:alice-dev", "owner:alice"],
  nodePool: POOL,
};

let plugin: TestPlugin;

beforeEach(async () => {
  plugin = await TestPlugin.start();
});

afterEach(async () => {
  const strange = await plugin.strangeRequests();
  await plugin.close();
  expect(strange).toEqual([]);
});

function create(changes: PropertyMap = {}, options = {}): Promise<Resource> {
  return plugin.create(CLUSTER, { ...INPUTS, ...changes }, options);
}

async function refreshed(resource: Resource): Promise<Resource> {
  const found = await plugin.refresh(CLUSTER, resource);
  if (found === undefined) {
    throw new Error("the cluster is gone");
  }
  return found;
}

function objectAt(map: PropertyMap, name: string): PropertyMap {
  const value = map[name];
  if (!isPropertyMap(value)) {
    throw new Error(`${name} is not an object`);
  }
  return value;
}

function kubeConfigOf({ outputs }: Resource): PropertyMap {
  const { kubeConfigs } = stripSecrets(outputs);
  const [kubeConfig] = Array.isArray(kubeConfigs) ? kubeConfigs : [];
  if (!isPropertyMap(kubeConfig)) {
    throw new Error("there is no kubeconfig");
  }
  return kubeConfig;
}

describe("create", () => {
  test("waits until the cluster runs, and returns all outputs", async () => {
    const { id, outputs } = await create();
    const cluster = await plugin.emulator.cluster(id);
    expect(outputs).toMatchObject({
      name: "blue",
      region: "fra1",
      version: "1.35.4-do.0",
      ha: false,
      surgeUpgrade: true,
      autoUpgrade: false,
      registryIntegration: false,
      destroyAllAssociatedResources: false,
      isolatedWorkers: false,
      clusterAutoscalerConfigurations: [],
      ssos: [],
      status: "running",
      endpoint: cluster.endpoint,
      clusterUrn: `do:kubernetes:${id}`,
      createdAt: expect.stringMatching(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC$/,
      ) as string,
      nodePool: {
        ...POOL,
        id: cluster.node_pools[0]?.id,
        actualNodeCount: 2,
        autoScale: false,
        tags: [],
        labels: {},
        taints: [],
      },
    });
    expect([...(outputs.tags as string[])].sort()).toEqual(["owner:alice", "stack:alice-dev"]);
  });

  test("returns the credentials as secrets, with a working kubeconfig", async () => {
    const cluster = await create();
    expect(cluster.outputs.kubeConfigs).toBeInstanceOf(Secret);
    const kubeConfig = kubeConfigOf(cluster);
    expect(kubeConfig.host).toBe(cluster.outputs.endpoint);
    expect(kubeConfig.expiresAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(kubeConfig.rawConfig).toContain(`token: ${stringOf(kubeConfig, "token")}\n`);
    expect(kubeConfig.rawConfig).toContain("current-context: do-fra1-blue\n");
  });

  test("checks every ten seconds, first after ten seconds", async () => {
    const requests = await plugin.requestsOf(create);
    const looks = plugin.waits.length;
    expect(new Set(plugin.waits)).toEqual(new Set([10_000]));
    expect(requests.map((request) => request.replace(/[0-9a-f-]{36}/, "{id}"))).toEqual([
      "POST /v2/kubernetes/clusters",
      ...Array.from({ length: looks }, () => "GET /v2/kubernetes/clusters/{id}"),
      "GET /v2/kubernetes/clusters/{id}",
      "GET /v2/kubernetes/clusters/{id}/credentials",
    ]);
  });

  test("marks the default pool, and hides all tags except the user's", async () => {
    const { id, outputs } = await create({ nodePool: { ...POOL, tags: ["mine"] } });
    const [pool] = (await plugin.emulator.cluster(id)).node_pools;
    expect(pool?.tags).toEqual(expect.arrayContaining(["terraform:default-node-pool", "mine"]));
    expect(objectAt(outputs, "nodePool").tags).toEqual(["mine"]);
  });

  test.each<[PropertyMap, boolean]>([
    [{ ha: false }, false],
    [{ ha: true }, true],
    // From 1.36 on, DOKS makes a cluster highly available unless it is told not to.
    [{}, true],
  ])("a cluster of 1.36 with %j is highly available: %s", async (given, expected) => {
    const { ha: _, ...withoutHa } = INPUTS;
    const news = { ...withoutHa, version: "1.36.1-do.0", ...given };
    const cluster = await plugin.create(CLUSTER, news);
    expect(cluster.outputs.ha).toBe(expected);
    expect((await plugin.diff(CLUSTER, cluster, news)).diffs).toEqual([]);
  });

  test("integrates the registry when requested", async () => {
    await plugin.createRegistry("ours");
    const requests = await plugin.requestsOf(() => create({ registryIntegration: true }));
    expect(requests).toContain("POST /v2/kubernetes/registry");
  });

  test("a preview has the inputs, and unknown outputs", async () => {
    const requests = await plugin.requestsOf(async () => {
      const { id, outputs } = await create({ nodePool: POOL }, { preview: true });
      expect(id).toBe("");
      expect(outputs).toMatchObject({
        name: "blue",
        ha: false,
        endpoint: UNKNOWN,
        kubeConfigs: UNKNOWN,
        vpcUuid: UNKNOWN,
        clusterUrn: UNKNOWN,
        nodePool: { ...POOL, id: UNKNOWN, nodes: UNKNOWN, actualNodeCount: UNKNOWN },
      });
      expect(outputs).not.toHaveProperty("__defaults");
    });
    expect(requests).toEqual([]);
  });

  test("fails with the API's message when the API refuses", async () => {
    const failure = await failureOf(create({ version: "0.1.2-do.3" }));
    expect(failure.details).toMatch(
      /^1 error occurred:\n\t\* Error creating Kubernetes cluster: POST http:\/\/127\.0\.0\.1:\d+\/v2\/kubernetes\/clusters: 422 \(request "[^"]+"\) .*version/,
    );
    expect(initializationFailure(failure)).toBeUndefined();
  });

  test("a cluster that ends in an error stays in the account, but is not in the state", async () => {
    await plugin.failNextCluster("ends-in-error");
    const failure = await failureOf(create());
    expect(failure.details).toContain("Error creating Kubernetes cluster: ");
    expect(initializationFailure(failure)).toBeUndefined();
    const { body } = await plugin.emulator.get<{ kubernetes_clusters: unknown[] }>(
      "/v2/kubernetes/clusters",
    );
    expect(body.kubernetes_clusters).toHaveLength(1);
  });

  test("a cancelled update still has its cluster", async () => {
    const underWay = create();
    await plugin.client.cancel();
    const { id, outputs } = await underWay;
    expect(outputs).toMatchObject({ status: "running" });
    expect(await plugin.emulator.cluster(id)).toMatchObject({ name: "blue" });
  });

  test("fails after the program's timeout", async () => {
    await plugin.failNextCluster("stays-provisioning");
    const failure = await failureOf(create({}, { timeout: 30 }));
    expect(failure.details).toContain("Timeout waiting to create cluster");
    expect(plugin.waits).toHaveLength(5);
  });

  test("a cluster that runs, but whose registry cannot be integrated, stays in the state", async () => {
    await plugin.fail("POST", "/v2/kubernetes/registry", 422);
    const failure = await failureOf(create({ registryIntegration: true }));
    const detail = initializationFailure(failure);
    expect(detail?.reasons[0]).toMatch(
      `creating ${urnOf(CLUSTER)}: 1 error occurred:\n\t* Error enabling registry integration: POST`,
    );
    expect(await plugin.emulator.cluster(detail?.id ?? "")).toMatchObject({ name: "blue" });
    expect(detail?.properties).toMatchObject({ name: "blue" });
  });
});

describe("refresh", () => {
  test("finds no difference without changes", async () => {
    const cluster = await create({ maintenancePolicy: { day: "any", startTime: "04:00" } });
    const found = await refreshed(cluster);
    expect(found.outputs).toEqual(cluster.outputs);
    expect(found.inputs).toEqual(cluster.inputs);
  });

  test("detects changes outside of Pulumi", async () => {
    const cluster = await create();
    await plugin.emulator.call("PUT", `/v2/kubernetes/clusters/${cluster.id}`, {
      name: "green",
      tags: ["new"],
    });
    const found = await refreshed(cluster);
    expect(found.outputs).toMatchObject({ name: "green", tags: ["new"] });
    expect(found.inputs).toMatchObject({ name: "green", tags: ["new"] });
    const { diffs } = await plugin.diff(CLUSTER, found, INPUTS);
    expect(diffs.sort()).toEqual(["name", "tags"]);
  });

  test("reports a deleted cluster", async () => {
    const cluster = await create();
    await plugin.emulator.call("DELETE", `/v2/kubernetes/clusters/${cluster.id}`);
    expect(await plugin.refresh(CLUSTER, cluster)).toBeUndefined();
  });

  test("keeps credentials until they expire, and then requests new ones", async () => {
    const cluster = await create();
    const asked = await plugin.requestsOf(() => refreshed(cluster));
    expect(asked.filter((request) => request.endsWith("/credentials"))).toEqual([]);

    const expired = { ...kubeConfigOf(cluster), expiresAt: "2020-01-01T00:00:00Z" };
    const outputs = { ...cluster.outputs, kubeConfigs: new Secret([expired]) };
    const found = await refreshed({ ...cluster, outputs });
    expect(kubeConfigOf(found).expiresAt).not.toBe(expired.expiresAt);
  });

  test("refuses an import, with a fix", async () => {
    const failure = await failureOf(plugin.client.read(CLUSTER, "some-id", {}, {}));
    expect(failure.details).toContain("install the official digitalocean plugin");
  });
});

describe("diff", () => {
  test("the same inputs require no change", async () => {
    const cluster = await create();
    expect((await plugin.diff(CLUSTER, cluster, INPUTS)).changes).toBe(1);
  });

  test("neither the order nor the case of tags and regions is a difference", async () => {
    const cluster = await create();
    const news = { ...INPUTS, region: "FRA1", tags: ["OWNER:alice", "stack:alice-dev"] };
    expect((await plugin.diff(CLUSTER, cluster, news)).diffs).toEqual([]);
  });

  test("keeps the API's choice for missing inputs", async () => {
    const cluster = await create();
    const { ha: _, ...withoutHa } = INPUTS;
    expect(cluster.outputs).toMatchObject({
      clusterSubnet: expect.stringContaining("/") as string,
    });
    expect((await plugin.diff(CLUSTER, cluster, withoutHa)).diffs).toEqual([]);
  });

  test.each<[string, PropertyMap, string[]]>([
    ["a newer version", { version: "1.36.1-do.0" }, []],
    ["an older version", { version: "1.34.7-do.1" }, ["version"]],
    ["another region", { region: "nyc1" }, ["region"]],
    [
      "another size of the default pool",
      { nodePool: { ...POOL, size: "s-4vcpu-8gb" } },
      ["nodePool"],
    ],
    ["more nodes in the default pool", { nodePool: { ...POOL, nodeCount: 3 } }, []],
    ["another name", { name: "green" }, []],
    ["another network", { vpcUuid: "5a4981aa-9653-4bd1-bef5-d6bff52042e4" }, ["vpcUuid"]],
    ["an unknown region", { region: UNKNOWN }, ["region"]],
  ])("%s: what has to be replaced is %#", async (_, changes, replaces) => {
    const cluster = await create();
    const diff = await plugin.diff(CLUSTER, cluster, { ...INPUTS, ...changes });
    expect(diff.diffs).toEqual(Object.keys(changes));
    expect(diff.replaces).toEqual(replaces);
    // Two clusters cannot have the one name that the program gives.
    expect(diff.deleteBeforeReplace).toBe(replaces.length > 0);
  });

  test("a cluster that Pulumi named can be replaced before it is deleted", async () => {
    const { name: _, ...unnamed } = INPUTS;
    const cluster = await plugin.create(CLUSTER, unnamed);
    const diff = await plugin.diff(CLUSTER, cluster, { ...unnamed, region: "nyc1" });
    expect(diff).toMatchObject({ replaces: ["region"], deleteBeforeReplace: false });
  });

  test("lists added and removed tags", async () => {
    const cluster = await create();
    const diff = await plugin.diff(CLUSTER, cluster, { ...INPUTS, tags: ["stack:alice-dev", "x"] });
    expect(diff.detailed).toEqual({
      "tags[1]": 0,
      [`tags[${(cluster.outputs.tags as string[]).indexOf("owner:alice")}]`]: 2,
    });
  });

  test.each(["version", "nodePool.nodeCount", 'nodePool["nodeCount"]', "tags[*]"])(
    "ignores changes of %s with ignoreChanges",
    async (path) => {
      const cluster = await create();
      const news = {
        ...INPUTS,
        version: "1.36.1-do.0",
        nodePool: { ...POOL, nodeCount: 5 },
        tags: ["other"],
      };
      const all = await plugin.diff(CLUSTER, cluster, news);
      const some = await plugin.diff(CLUSTER, cluster, news, [path]);
      const root = /^\w+/.exec(path)?.[0] ?? "";
      expect(some.diffs).toEqual(all.diffs.filter((name) => name !== root));
    },
  );

  test("an existing node count is not a change", async () => {
    const cluster = await create({ nodePool: { ...POOL, nodeCount: 1 } });
    const outputs = {
      ...cluster.outputs,
      nodePool: { ...objectAt(cluster.outputs, "nodePool"), actualNodeCount: 4 },
    };
    const news = { ...INPUTS, nodePool: { ...POOL, nodeCount: 4 } };
    expect((await plugin.diff(CLUSTER, { ...cluster, outputs }, news)).diffs).toEqual([]);
  });
});

describe("update", () => {
  test("changes name, tags and pool in place, and waits for the pool's nodes", async () => {
    const cluster = await create();
    const news = { ...INPUTS, name: "green", tags: ["t"], nodePool: { ...POOL, nodeCount: 3 } };
    const updated = await plugin.update(CLUSTER, cluster, news);
    expect(updated.outputs).toMatchObject({
      name: "green",
      tags: ["t"],
      nodePool: { nodeCount: 3, actualNodeCount: 3 },
    });
    expect(await plugin.emulator.cluster(cluster.id)).toMatchObject({ name: "green" });
    expect((await plugin.diff(CLUSTER, updated, news)).diffs).toEqual([]);
  });

  test("changes only what is requested", async () => {
    const cluster = await create();
    const news = { ...INPUTS, destroyAllAssociatedResources: true };
    const requests = await plugin.requestsOf(() => plugin.update(CLUSTER, cluster, news));
    expect(requests).toEqual([`GET /v2/kubernetes/clusters/${cluster.id}`]);
  });

  test("upgrades without waiting for it", async () => {
    const cluster = await create();
    const requests = await plugin.requestsOf(() =>
      plugin.update(CLUSTER, cluster, { ...INPUTS, version: "1.36.1-do.0" }),
    );
    expect(requests).toEqual([
      `POST /v2/kubernetes/clusters/${cluster.id}/upgrade`,
      `GET /v2/kubernetes/clusters/${cluster.id}`,
    ]);
  });

  test.each([
    [true, "POST /v2/kubernetes/registry"],
    [false, "DELETE /v2/kubernetes/registry"],
  ])("registry integration %s is %s", async (registryIntegration, request) => {
    await plugin.createRegistry("ours");
    const cluster = await create({ registryIntegration: !registryIntegration });
    const requests = await plugin.requestsOf(() =>
      plugin.update(CLUSTER, cluster, { ...INPUTS, registryIntegration }),
    );
    expect(requests).toContain(request);
  });

  test("a failure keeps the resource in the state, with the reason", async () => {
    const cluster = await create();
    await plugin.fail("PUT", "/v2/kubernetes/clusters/*", 422);
    const failure = await failureOf(plugin.update(CLUSTER, cluster, { ...INPUTS, name: "green" }));
    expect(initializationFailure(failure)).toMatchObject({
      id: cluster.id,
      reasons: [expect.stringContaining("Unable to update cluster: PUT") as string],
    });
  });

  test("fails when the cluster was deleted behind Pulumi's back", async () => {
    const cluster = await create();
    await plugin.emulator.call("DELETE", `/v2/kubernetes/clusters/${cluster.id}`);
    const failure = await failureOf(plugin.update(CLUSTER, cluster, { ...INPUTS, name: "green" }));
    expect(failure.details).toContain("pulumi refresh");
  });
});

describe("delete", () => {
  test("deletes the cluster and does not wait", async () => {
    const { id, outputs } = await create();
    const requests = await plugin.requestsOf(() => plugin.client.delete(CLUSTER, id, outputs));
    expect(requests).toEqual([`DELETE /v2/kubernetes/clusters/${id}`]);
    expect((await plugin.emulator.get(`/v2/kubernetes/clusters/${id}`)).status).toBe(404);
  });

  test("with associated resources, lists them first and destroys them too", async () => {
    const { id, outputs } = await create({ destroyAllAssociatedResources: true });
    const requests = await plugin.requestsOf(() => plugin.client.delete(CLUSTER, id, outputs));
    const path = `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources`;
    expect(requests).toEqual([`GET ${path}`, `DELETE ${path}/dangerous`]);
  });

  test("treats a missing cluster as deleted", async () => {
    const { id, outputs } = await create();
    await plugin.emulator.call("DELETE", `/v2/kubernetes/clusters/${id}`);
    await expect(plugin.client.delete(CLUSTER, id, outputs)).resolves.toBeUndefined();
  });

  test("fails for a missing cluster whose associated resources must be deleted", async () => {
    const { id, outputs } = await create({ destroyAllAssociatedResources: true });
    await plugin.emulator.call("DELETE", `/v2/kubernetes/clusters/${id}`);
    const failure = await failureOf(plugin.client.delete(CLUSTER, id, outputs));
    expect(failure.details).toMatch(
      /deleting urn:.*: 1 error occurred:\n\t\* Failed to list associated resources: GET .*: 404 /,
    );
  });
});
