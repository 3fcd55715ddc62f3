import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkUp, type Scrutiny } from "../../../cli/environments/up-checks";
import type { StackRecord } from "../../../cli/stacks/record";
import { idTag } from "../../../core/digitalocean-tags";
import { UserError } from "../../../core/errors";
import type { Layer } from "../../../core/settings/layers";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { claimOf, loadBalanced, object } from "../../helpers/kubernetes-objects";
import { withRegistry } from "../../helpers/registry-server";
import { checkpointWith } from "../stacks/support/checkpoints";
import { ClusterServer } from "../support/cluster-server";
import { recordOf } from "../support/records";
import { resourcesOwning } from "../support/state";
import { Trial } from "../support/trial";

const DIGEST = `sha256:${"a".repeat(64)}`;
const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const VOLUME = object("PersistentVolumeClaim", {
  accessModes: ["ReadWriteOnce"],
  ...claimOf("20Gi"),
});
const TREE = [loadBalanced("web"), VOLUME];

let emulator: TestEmulator;
let place: Trial;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  place = new Trial(emulator);
  place.tree(...TREE);
});
afterEach(async () => {
  place.remove();
  await emulator.close();
});

const check = (record?: StackRecord, changes: Layer = {}, pin = false, scrutiny?: Scrutiny) =>
  checkUp(place.context(), "alice-dev", changes, record, pin, scrutiny);
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
/** Paths that the account was asked for. */
async function asked(): Promise<string[]> {
  const { body } = await emulator.get<{ requests: { path: string }[] }>("/_emulator/requests");
  return body.requests.map(({ path }) => path);
}

describe("the checks", () => {
  it("is everything that a new environment needs in the account", async () => {
    const { notes, price } = await check(undefined, { nodeCount: "3", region: "nyc3" });
    expect(notes).toEqual(["4 new Droplets needed, 25 left in the account"]);
    // 1 x $12, 3 x $24, a load balancer for $15 and 20 GiB for $2.
    expect(price * 672).toBeCloseTo(12 + 3 * 24 + 15 + 2, 0);
  });

  it("is the registry in the settings", async () => {
    const registry = { registry: { access: "integration", name: "acme" } };
    await expect(check(undefined, registry)).rejects.toThrow('no container registry named "acme"');
  });

  it("of a shared cluster is that cluster and its entrance, and nothing is rendered", async () => {
    place.write("Pulumi.shared.yaml", "config: {shop:placement: host}\n");
    const changes = { minNodes: "2", maxNodes: "4", domain: "dev.example.com" };
    const checked = await checkUp(place.context(), "team-shared", changes, undefined, false);
    expect(checked.notes).toEqual(["3 new Droplets needed, 25 left in the account"]);
    expect(checked.rendered).toBeUndefined();
    expect(checked.expiresAt).toBeUndefined();
  });

  it.each<[string, StackRecord | undefined]>([
    ["no stack", undefined],
    ["a stack and nothing else", recordOf()],
    ["a stack of which no cluster was made", recordOf({ hasResources: true })],
  ])("of %s is for a new cluster", async (_, record) => {
    expect(await check(record)).toMatchObject({
      isNew: true,
      notes: ["3 new Droplets needed, 25 left in the account"],
    });
  });

  it("of a cluster whose first update has failed is for that cluster", async () => {
    const { uuid: account } = await place.account.identity();
    const tags = ["project:shop", "stack:alice-dev", idTag(ID)];
    const { id: cluster } = await emulator.createCluster({ name: "alice-dev", tags });
    const resources = resourcesOwning("alice-dev", { id: ID, account, clusterIds: [cluster] });
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    expect(await check(recordOf({ hasResources: true }))).toMatchObject({
      isNew: false,
      notes: ["0 new Droplets needed, 24 left in the account"],
    });
  });

  it("of an environment that is up includes its cluster's API resources", async () => {
    const server = await ClusterServer.start();
    try {
      server.documents.set("/apis/networking.k8s.io/v1", { resources: [{ kind: "Ingress" }] });
      emulator.controlPlanes.endpoint = server.endpoint;
      const { id: clusterId } = await emulator.createCluster({ name: "alice-dev" });
      const record = recordOf({ hasResources: true, outputs: { clusterId } });
      place.tree(object("Ingress", { ingressClassName: "nginx" }, "networking.k8s.io/v1"));
      await expect(check(record)).rejects.toThrow("nginx");
    } finally {
      server.close();
    }
  });
});

describe("an environment on a shared cluster", () => {
  let server: ClusterServer;
  beforeEach(async () => {
    server = await ClusterServer.start();
    server.documents.set("/api/v1", {
      resources: [{ kind: "Service" }, { kind: "PersistentVolumeClaim" }],
    });
    emulator.controlPlanes.endpoint = server.endpoint;
    await emulator.createCluster({
      name: "team-shared",
      node_pools: [{ name: "workers", size: "s-2vcpu-4gb", count: 2 }],
    });
  });
  afterEach(() => server.close());

  const onShared = (more: Layer) =>
    check(undefined, { placement: "namespace", hostCluster: "team-shared", ...more });

  it("is checked against the cluster, and costs its share", async () => {
    const checked = await onShared({ quota: { cpu: "2" } });
    expect(checked.notes).toEqual(["its quota fits next to 0 others"]);
    // Of two nodes of $24, 1.9 CPUs each; a network load balancer; GiB at 10 cents.
    const month = 2 * 24 * (2 / (2 * 1.9)) + 15 + 20 * 0.1;
    expect(checked.price).toBeCloseTo(month / 672, 3);
    expect(checked).toMatchObject({ expiresAt: expect.any(String) as string });
  });

  it("is limited by that cluster's nodes, not by its own node settings", async () => {
    const { bounds } = await onShared({ nodeCount: "7" });
    expect(bounds.nodes).toBe(2);
  });

  it("is refused when its quota exceeds the cluster's capacity", async () => {
    await expect(onShared({ quota: { cpu: "5" } })).rejects.toThrow("3.8 CPUs");
    expect(await onShared({ quota: { cpu: "5" }, overcommit: "1.5" })).toMatchObject({});
  });
});

describe("what somebody else has written", () => {
  it("is checked before the first request to the account", async () => {
    const judge = () => {
      throw new UserError("a fork may not have that", "take it out");
    };
    const told = check(undefined, {}, false, { judge, registries: [] });
    expect(await errorOf(told)).toMatchObject({ message: "a fork may not have that" });
    expect(await asked()).toEqual([]);
  });
});

describe("an up that may go ahead", () => {
  it("has its price, its expiry, passed checks and skipped checks", async () => {
    const image = "127.0.0.1:9/redis";
    place.tree(...TREE, object("Pod", { containers: [{ name: "redis", image }] }));
    expect(await check(undefined, { ttl: "8h" })).toMatchObject({
      name: { owner: "alice", profile: "dev" },
      settings: { ttl: "8h" },
      own: { ttl: "8h" },
      rendered: { images: [image] },
      expiresAt: "2026-11-23T20:00:00.000Z",
      notes: ["3 new Droplets needed, 25 left in the account"],
      warnings: [expect.stringContaining(`unknown whether ${image}`)],
    });
  });

  it("has a killed update's resources, which are deleted first", async () => {
    const id = ID;
    const { uuid: account } = await place.account.identity();
    const resources = resourcesOwning("alice-dev", { id, account, clusterIds: [] });
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    const tags = ["project:shop", "stack:alice-dev", idTag(id)];
    const left = await emulator.createCluster({ name: "alice-dev", tags });
    expect(await check(recordOf({ hasResources: true }))).toMatchObject({
      strays: { clusters: [{ id: left.id, name: "alice-dev" }] },
      warnings: [expect.stringContaining(`left alice-dev (${left.id})`)],
    });
  });

  it("keeps the digests of its images with --pin", async () => {
    await withRegistry({ images: { "acme/web:v1": DIGEST } }, async ({ host }) => {
      const image = `${host}/acme/web:v1`;
      place.tree(object("Pod", { containers: [{ name: "web", image }] }));
      const older = `sha256:${"b".repeat(64)}`;
      const wanted = { imageTag: "v1", pins: { [image]: older } };
      const { own, rendered } = await check(undefined, wanted, true);
      expect(own).toEqual({ imageTag: "v1", pins: { [image]: DIGEST } });
      expect(rendered).toMatchObject({ images: [`${host}/acme/web@${DIGEST}`] });
    });
  });

  it("keeps the digests in the settings without --pin", async () => {
    const image = "127.0.0.1:9/web:v1";
    place.tree(object("Pod", { containers: [{ name: "web", image }] }));
    const wanted = { pins: { [image]: DIGEST } };
    expect(await check(undefined, wanted)).toMatchObject({
      own: wanted,
      rendered: { images: [`127.0.0.1:9/web@${DIGEST}`] },
    });
  });
});

describe("an up that may not", () => {
  it("is refused with all faults of the account and of the tree at once, each with its fix", async () => {
    place.tree(object("Ingress", { ingressClassName: "nginx" }, "networking.k8s.io/v1"));
    const error = await errorOf(check(undefined, { region: "xyz1", kubernetesVersion: "1.20" }));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^"alice-dev" cannot come up:\n {2}- .*xyz1.*\n {4}fix: .*\n {2}- .*1\.20.*\n {4}fix: .*\n {2}- .*nginx.*\n {4}fix: /,
      ) as string,
      fix: "nothing was changed; fix it and run the same command again",
    });
  });

  it("is refused with the account's error about the token", async () => {
    const resources = resourcesOwning("alice-dev", { id: "x", account: "other", clusterIds: [] });
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    await expect(check(recordOf({ hasResources: true }))).rejects.toThrow(/account.*\n {4}fix: /);
  });

  it("is refused with the reason why the account cannot be read", async () => {
    const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", {
      scopes: ["account:read"],
    });
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: body.token };
    await expect(check()).rejects.toThrow("scopes");
  });

  it("is refused without a token before anything is rendered", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: "" };
    rmSync(join(place.folder, "kustomize"), { recursive: true });
    await expect(check()).rejects.toThrow("no DigitalOcean token is set");
  });
});
