import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { DoksCluster, type DoksClusterArgs } from "../../components/doks-cluster";
import { CLUSTER, computedByDigitalOcean, NODE_POOL } from "../helpers/doks-mocks";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const ARGS: DoksClusterArgs = {
  clusterName: "alice-dev",
  region: "fra1",
  version: "1.35.1-do.0",
  nodePool: { size: "s-2vcpu-4gb", count: 2 },
  registryIntegration: false,
  tags: ["ephemeral-doks", "stack:alice-dev"],
  poolTags: ["ephemeral-doks"],
  protect: false,
};

describe("DoksCluster", () => {
  it("declares a cluster with a base node and a pool of workers", async () => {
    const recording = await Recording.start({ computed: computedByDigitalOcean });
    new DoksCluster("main", ARGS);
    const resources = await recording.resources();

    expect(lines(resources)).toEqual([
      `${CLUSTER} main`,
      `${NODE_POOL} main-workers`,
      "ephemeral-doks:components:DoksCluster main",
    ]);
    expect(only(resources, CLUSTER)).toMatchObject({
      parent: "main",
      inputs: {
        name: "alice-dev",
        region: "fra1",
        version: "1.35.1-do.0",
        ha: false,
        destroyAllAssociatedResources: true,
        registryIntegration: false,
        kubeconfigExpireSeconds: 60,
        tags: ["ephemeral-doks", "stack:alice-dev"],
        nodePool: {
          name: "base",
          size: "s-1vcpu-2gb",
          nodeCount: 1,
          tags: ["ephemeral-doks"],
        },
      },
      options: { protect: false, ignoreChanges: ["version"], deleteBeforeReplace: false },
    });
    expect(only(resources, NODE_POOL)).toMatchObject({
      parent: "main",
      inputs: {
        clusterId: "main-id",
        name: "workers",
        size: "s-2vcpu-4gb",
        nodeCount: 2,
        tags: ["ephemeral-doks"],
      },
      options: { deletedWith: "main", deleteBeforeReplace: true, ignoreChanges: [] },
    });
    expect(only(resources, NODE_POOL).inputs).not.toHaveProperty("autoScale");
  });

  it("does not use the stack's name in its pools, so a rename does not change them", async () => {
    const recording = await Recording.start({ computed: computedByDigitalOcean });
    new DoksCluster("main", ARGS);
    const resources = await recording.resources();
    const pools = [
      only(resources, NODE_POOL).inputs,
      only(resources, CLUSTER).inputs.nodePool as object,
    ];
    expect(JSON.stringify(pools)).not.toContain("alice");
  });

  it("leaves the number of nodes to the autoscaler if it is on", async () => {
    const recording = await Recording.start({ computed: computedByDigitalOcean });
    new DoksCluster("main", {
      ...ARGS,
      nodePool: { size: "s-2vcpu-4gb", count: 1, minNodes: 1, maxNodes: 4 },
    });
    const pool = only(await recording.resources(), NODE_POOL);
    expect(pool.inputs).toMatchObject({ autoScale: true, minNodes: 1, maxNodes: 4 });
    expect(pool.options.ignoreChanges).toEqual(["nodeCount"]);
  });

  it("protects the cluster when asked to", async () => {
    const recording = await Recording.start({ computed: computedByDigitalOcean });
    new DoksCluster("main", { ...ARGS, protect: true });
    expect(only(await recording.resources(), CLUSTER).options.protect).toBe(true);
  });

  it("returns a kubeconfig that requests credentials and contains none", async () => {
    await Recording.start({ computed: computedByDigitalOcean });
    const { kubeconfig } = new DoksCluster("main", ARGS);
    const text = await promiseOf(kubeconfig);

    expect(await pulumi.isSecret(kubeconfig)).toBe(false);
    expect(text).not.toContain("the-token-of-the-state");
    expect(parse(text)).toMatchObject({
      "current-context": "alice-dev",
      clusters: [
        {
          cluster: {
            server: "https://cluster.example.com",
            "certificate-authority-data": "Q0E=",
          },
        },
      ],
      users: [{ user: { exec: { command: "node", args: ["bin/exec-credential.js", "main-id"] } } }],
    });
  });

  it("can be declared twice in one program", async () => {
    const recording = await Recording.start({ computed: computedByDigitalOcean });
    new DoksCluster("one", ARGS);
    new DoksCluster("two", { ...ARGS, clusterName: "bob-dev" });
    const resources = await recording.resources();
    expect(only(resources, CLUSTER, "one").inputs.name).toBe("alice-dev");
    expect(only(resources, CLUSTER, "two").inputs.name).toBe("bob-dev");
    expect(only(resources, NODE_POOL, "two-workers").inputs.clusterId).toBe("two-id");
  });

  it("can be previewed: the kubeconfig is unknown, the children are not", async () => {
    const recording = await Recording.start({ preview: true });
    const { kubeconfig } = new DoksCluster("main", ARGS);
    // An output that is unknown never runs what is applied to it.
    const applied = jest.fn();
    kubeconfig.apply(applied);
    expect(lines(await recording.resources())).toHaveLength(3);
    expect(applied).not.toHaveBeenCalled();
  });
});
