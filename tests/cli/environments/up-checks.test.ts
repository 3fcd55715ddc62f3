import type { OwnershipCheck } from "../../../cli/environments/ownership-check";
import type { ClusterRequest } from "../../../cli/environments/preflight/preflight";
import type { PreflightResult } from "../../../cli/environments/preflight/preflight-result";
import type { TenantRequest } from "../../../cli/environments/preflight/tenant-preflight";
import { checkUp } from "../../../cli/environments/up-checks";
import type { StackRecord } from "../../../cli/stacks/record";
import { UserError } from "../../../core/errors";
import type { Layer } from "../../../core/settings/layers";
import { claimOf, loadBalanced, object } from "../../helpers/kubernetes-objects";
import { recordOf } from "../support/records";
import { EMPTY_STATE, stateWithCluster } from "../support/state";
import { Workplace } from "../support/workplace";

const DIGEST = `sha256:${"a".repeat(64)}`;
const RENDERED = {
  images: ["acme/web:v1"],
  entries: [],
  objects: [loadBalanced("web"), object("PersistentVolumeClaim", claimOf("20Gi"))],
};

let place: Workplace;
let mockFindings: PreflightResult[];
let mockOfTree: PreflightResult[];
let mockOwnership: () => Promise<OwnershipCheck>;
const NO_STRAYS = { clusters: [], pools: [], hasPending: false };
const mockOrders: ClusterRequest[] = [];
const mockTenantOrders: TenantRequest[] = [];
const mockHosts: object[] = [];
const mockRenders: { settings: { pins: object }; judge?: () => void }[] = [];

// Each has tests of its own.
jest.mock("../../../cli/environments/render", () => ({
  render: async (args: (typeof mockRenders)[number]) => {
    await Promise.resolve();
    mockRenders.push(args);
    args.judge?.();
    return { ...RENDERED, withPins: (pins: object) => ({ ...RENDERED, pins }) };
  },
}));
jest.mock("../../../cli/environments/preflight/preflight", () => ({
  preflight: (order: ClusterRequest) => {
    mockOrders.push(order);
    return Promise.resolve(mockFindings);
  },
}));
jest.mock("../../../cli/environments/preflight/tenant-preflight", () => ({
  tenantPreflight: (_: unknown, order: TenantRequest, host: object) => {
    mockTenantOrders.push(order);
    mockHosts.push(host);
    return Promise.resolve(mockFindings);
  },
}));
jest.mock("../../../cli/environments/ownership-check", () => ({
  NOTHING_FOUND: { faults: [], strays: { clusters: [], pools: [], hasPending: false } },
  checkOwnership: () => mockOwnership(),
}));
jest.mock("../../../cli/environments/preflight/tree-checks", () => ({
  checkDemand: () => [],
  checkTree: () => mockOfTree,
}));
jest.mock("../../../cli/shared-clusters/cluster-objects", () => ({
  ClusterObjects: { open: () => Promise.resolve(undefined) },
}));
jest.mock("../../../cli/images/pin-images", () => ({
  pinImages: ([image = ""]: string[]) => Promise.resolve({ [image]: DIGEST }),
}));

beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t" };
  mockFindings = [{ check: "price", state: "ok", message: "cheap", pricePerHourUsd: 0.1071 }];
  mockOfTree = [];
  mockOwnership = () => Promise.resolve({ faults: [], strays: NO_STRAYS });
  mockOrders.length = 0;
  mockTenantOrders.length = 0;
  mockHosts.length = 0;
  mockRenders.length = 0;
});
afterEach(() => place.remove());

const check = (record?: StackRecord, changes: Layer = {}, pin = false) =>
  checkUp(place.context(), "alice-dev", changes, record, pin);
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("what is checked", () => {
  it("is all that a new environment will ask of the account", async () => {
    await check(undefined, { nodeCount: "3", region: "nyc3" });
    expect(mockOrders).toMatchObject([
      {
        region: "nyc3",
        kubernetesVersion: "1.35",
        isNewCluster: true,
        newNodes: 4,
        networkLoadBalancers: 1,
        volumeGiB: 20,
        images: ["acme/web:v1"],
      },
    ]);
    expect(mockOrders[0]).not.toHaveProperty("registryName");
  });

  it("is the registry that the settings name", async () => {
    await check(undefined, { registry: { access: "integration", name: "acme" } });
    expect(mockOrders).toMatchObject([{ registryName: "acme" }]);
  });

  it("of a shared cluster is that cluster and its entrance, and nothing is rendered", async () => {
    place.write("Pulumi.shared.yaml", "config: {shop:placement: host}\n");
    const changes = { minNodes: "2", maxNodes: "4", domain: "dev.example.com" };
    const checked = await checkUp(place.context(), "team-shared", changes, undefined, false);
    expect(mockOrders).toMatchObject([
      { newNodes: 3, loadBalancers: 0, networkLoadBalancers: 1, volumeGiB: 0, images: [] },
    ]);
    expect(mockRenders).toEqual([]);
    expect(checked).not.toHaveProperty("expiresAt");
  });

  it("of an environment on a shared cluster is what it asks of that", async () => {
    const changes = {
      placement: "namespace",
      hostCluster: "k8s-fra1",
      quota: { cpu: "2" },
      overcommit: "1.5",
    };
    const checked = await check(undefined, changes);
    expect(mockOrders).toEqual([]);
    expect(mockTenantOrders).toMatchObject([
      {
        namespace: "alice-dev",
        owner: { "ephemeral-doks/project": "shop", "ephemeral-doks/stack": "alice-dev" },
        quota: { cpu: "2", memory: "2Gi", pods: 50 },
        overcommit: 1.5,
        images: ["acme/web:v1"],
        objects: RENDERED.objects,
      },
    ]);
    expect(mockHosts).toEqual([{ cluster: "k8s-fra1" }]);
    expect(checked).toMatchObject({ price: 0.1071, expiresAt: expect.any(String) });
  });

  it.each<[string, boolean, StackRecord | undefined, string]>([
    ["no stack", true, undefined, ""],
    ["a stack and nothing else", true, recordOf(), EMPTY_STATE],
    ["a stack of which no cluster was made", true, recordOf({ hasResources: true }), EMPTY_STATE],
    [
      "a cluster whose first update has failed",
      false,
      recordOf({ hasResources: true }),
      stateWithCluster(),
    ],
    [
      "an environment that is up",
      false,
      recordOf({ hasResources: true, outputs: { clusterId: "c-1" } }),
      "",
    ],
  ])("of %s is for a new cluster: %p", async (_, isNew, record, exported) => {
    place.pulumi.answer("stack export", { stdout: exported });
    expect(await check(record)).toMatchObject({ isNew });
    expect(mockOrders).toMatchObject([{ isNewCluster: isNew, newNodes: isNew ? 3 : 0 }]);
  });
});

describe("what somebody else has written", () => {
  it("is judged before anything is asked because of it", async () => {
    const judge = () => {
      throw new UserError("a fork may not have that", "take it out");
    };
    const scrutiny = { judge, registries: [] };
    const told = checkUp(place.context(), "alice-dev", {}, undefined, false, scrutiny);
    expect(await errorOf(told)).toMatchObject({ message: "a fork may not have that" });
    expect(mockOrders).toEqual([]);
  });
});

describe("an up that may go ahead", () => {
  it("is told with its price, its expiry, what is well and what could not be checked", async () => {
    mockFindings.push(
      { check: "limit", state: "ok", message: "3 new Droplets are needed" },
      { check: "token", state: "ok", message: "the token is fine" },
      { check: "images", state: "warning", message: "not known whether redis exists" },
    );
    expect(await check(undefined, { ttl: "8h" })).toMatchObject({
      name: { owner: "alice", profile: "dev" },
      settings: { ttl: "8h" },
      own: { ttl: "8h" },
      rendered: RENDERED,
      price: 0.1071,
      expiresAt: "2026-11-23T20:00:00.000Z",
      notes: ["3 new Droplets are needed"],
      warnings: ["not known whether redis exists"],
    });
  });

  it("is told what a killed update has left, which is deleted first", async () => {
    const clusters = [{ id: "c-9", name: "alice-dev" }];
    mockOwnership = () =>
      Promise.resolve({ faults: [], strays: { clusters, pools: [], hasPending: false } });
    expect(await check()).toMatchObject({
      strays: { clusters },
      warnings: [expect.stringContaining("left alice-dev (c-9)")],
    });
  });

  it("keeps the digests of what it runs, when told to pin", async () => {
    const wanted = { imageTag: "v1", pins: { "acme/web:v0": DIGEST } };
    const { own, rendered } = await check(undefined, wanted, true);
    expect(own).toEqual({ imageTag: "v1", pins: { "acme/web:v1": DIGEST } });
    expect(rendered).toMatchObject({ pins: { "acme/web:v1": DIGEST } });
    expect(mockRenders).toHaveLength(1);
    // What was pinned before would hide the tags that are to be looked up.
    expect(mockRenders[0]?.settings.pins).toEqual({});
    expect((await check(undefined, wanted)).own).toEqual(wanted);
    expect(mockRenders[1]?.settings.pins).toEqual({ "acme/web:v0": DIGEST });
  });
});

describe("an up that may not", () => {
  it("is told what is wrong with the account and with the tree at once", async () => {
    mockFindings.push({ check: "limit", state: "fault", message: "no Droplets left" });
    mockOfTree = [{ check: "tree", state: "fault", message: "no IngressClass", fix: "add one" }];
    await expect(check()).rejects.toThrow(
      '"alice-dev" cannot come up:\n  - no Droplets left\n  - no IngressClass\n    fix: add one',
    );
  });

  it("is told with all faults at once, each with its fix", async () => {
    mockFindings.push(
      {
        check: "region",
        state: "fault",
        message: "there is no region xyz1",
        fix: "--set region=fra1",
      },
      { check: "images", state: "fault", message: "acme/web:v1 does not exist" },
    );
    const error = await errorOf(check());
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: `"alice-dev" cannot come up:
  - there is no region xyz1
    fix: --set region=fra1
  - acme/web:v1 does not exist`,
      fix: "nothing was changed; fix it and run the same again",
    });
  });

  it("is told what the account says to it", async () => {
    mockOwnership = () =>
      Promise.resolve({ faults: [new UserError("wrong account", "another")], strays: NO_STRAYS });
    await expect(check()).rejects.toThrow("wrong account\n    fix: another");
  });

  it("is told why the account cannot be read, and not that it cannot", async () => {
    mockOwnership = () => Promise.reject(new Error("403"));
    mockFindings.push({ check: "scopes", state: "fault", message: "the token lacks scopes" });
    await expect(check()).rejects.toThrow("the token lacks scopes");
  });

  it("is told without a token before anything is rendered", async () => {
    place.env = { ...place.env, DIGITALOCEAN_TOKEN: "" };
    await expect(check()).rejects.toThrow("no DigitalOcean token is set");
    expect(mockRenders).toEqual([]);
  });
});
