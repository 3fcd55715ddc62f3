import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { tenantPreflight } from "../../../cli/environments/preflight/tenant-preflight";
import { ClusterObjects } from "../../../cli/shared-clusters/cluster-objects";
import type { ClusterObjects as ProgramObjects } from "../../../components/cluster-objects";
import { takenErrors } from "../../../components/guards";
import { sharedClusterId } from "../../../components/host-stack";
import { largestOf, requireTenancy } from "../../../components/shared-checks";
import type { SharedCluster } from "../../../components/shared-cluster";
import { ID_LABEL, ownerLabels } from "../../../core/labels";
import {
  chooseSharedCluster,
  namespaceErrors,
  sharedClusterErrors,
  type TenancyRequest,
} from "../../../core/rules/tenancy";
import { Recording } from "../../helpers/record-mocks";

// Claim: the program and the command line check an order for a shared cluster identically, with the same messages.

const ORDER: TenancyRequest = {
  namespace: "alice-dev",
  owner: ownerLabels("shop", "alice-dev"),
  quota: { cpu: "2", memory: "2Gi", pods: 20 },
  overcommit: 1,
  registryAccess: "none",
};
/** An empty tree is within any. */
const BOUNDS = {
  quota: { ...ORDER.quota, loadBalancers: 0, volumes: 0, storage: "0" },
  limits: { defaultRequest: {}, default: {} },
  isShared: true,
};
const SIZES = [{ slug: "s-2vcpu-4gb", vcpus: 2, memory: 4096, price: 0.1 }];
const CLUSTER = {
  id: "c-1",
  name: "team-shared",
  status: { state: "running" },
  node_pools: [{ size: "s-2vcpu-4gb", count: 2, auto_scale: true, max_nodes: 4 }],
  registry_enabled: false,
};

interface Case {
  readonly order?: Partial<TenancyRequest>;
  readonly pools?: typeof CLUSTER.node_pools;
  /** Objects of the cluster, by path. */
  readonly objects?: Readonly<Record<string, object>>;
}

const PATH = "/api/v1/namespaces/alice-dev";
const namespace = (labels: object, more: object = {}) => ({
  metadata: { name: "x", labels, ...more },
});
const quota = (name: string, cpu: string) => ({
  metadata: { name: "environment", namespace: name },
  spec: { hard: { "requests.cpu": cpu, "requests.memory": "1Gi", pods: "10" } },
});
const reader = (objects: Case["objects"] = {}) => ({
  find: (path: string) => Promise.resolve(objects[path]),
  list: (path: string) => Promise.resolve((objects[path.split("?")[0] ?? ""] ?? []) as object[]),
});

/** What the program says of it, without the fixes. */
async function program({ order = {}, pools = CLUSTER.node_pools, objects }: Case): Promise<string> {
  await Recording.start({
    answers: {
      "digitalocean:index/getSizes:getSizes": () => ({
        sizes: SIZES.map(({ price, ...size }) => ({ ...size, priceHourly: price })),
      }),
    },
  });
  const cluster = {
    name: CLUSTER.name,
    registryIntegration: false,
    pools: pools.map(({ size, max_nodes }) => ({ size, count: max_nodes })),
    objects: reader(objects) as unknown as ProgramObjects,
  } as unknown as SharedCluster;
  return requireTenancy(cluster, { ...ORDER, ...order }).then(
    () => "fine",
    (error: Error) => withoutFixes(error.message),
  );
}

/** What the command line says of it. */
async function commandLine({
  order = {},
  pools = CLUSTER.node_pools,
  objects,
}: Case): Promise<string> {
  jest
    .spyOn(ClusterObjects, "open")
    .mockResolvedValue(reader(objects) as unknown as ClusterObjects);
  const nothing = () => Promise.resolve([]);
  const account = {
    account: () => Promise.resolve({ status: "active", droplet_limit: 10 }),
    sizes: () =>
      Promise.resolve(SIZES.map(({ price, ...size }) => ({ ...size, price_hourly: price }))),
    kubernetesOptions: () => Promise.resolve({ sizes: [], versions: [], regions: [] }),
    clusters: () => Promise.resolve([{ ...CLUSTER, node_pools: pools }]),
    requireListable: nothing,
  } as unknown as DigitalOcean;
  const findings = await tenantPreflight(
    { signal: new AbortController().signal },
    { ...ORDER, ...order, bounds: BOUNDS, images: [], objects: [] },
    "c-1",
    account,
    () => Promise.reject(new Error("no image is asked for")),
  );
  const faults = findings.filter(({ state }) => state === "fault");
  return faults.length === 0 ? "fine" : faults.map(({ message }) => message).join("\n");
}

function withoutFixes(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^ *fix: /.test(line))
    .join("\n");
}

afterEach(() => jest.restoreAllMocks());

describe("an existing namespace", () => {
  const [OWN, OTHER] = [
    "5b3f0f8e-0000-4000-8000-000000000001",
    "5b3f0f8e-0000-4000-8000-000000000002",
  ];
  const named = ownerLabels("shop", "alice-dev");
  const renamed = ownerLabels("shop", "alice-old-dev");
  const verdict = (labels: object, proof: TenancyRequest["proof"]) => {
    const existing = { metadata: { name: "alice-dev", labels: { ...labels } } };
    const claim = { namespace: "alice-dev", owner: named, proof };
    const [error] = namespaceErrors(claim, { cluster: { name: "team-shared" }, existing });
    return error === undefined ? "own" : "foreign";
  };

  it.each([
    ["with its id", { ...named, [ID_LABEL]: OWN }, { id: OWN, isInState: true }, "own"],
    [
      "with its id, of a killed update",
      { ...named, [ID_LABEL]: OWN },
      { id: OWN, isInState: false },
      "own",
    ],
    [
      "with its id and another name",
      { ...renamed, [ID_LABEL]: OWN },
      { id: OWN, isInState: true },
      "own",
    ],
    ["with another id", { ...named, [ID_LABEL]: OTHER }, { id: OWN, isInState: true }, "foreign"],
    [
      "with an id, of a stack without one",
      { ...named, [ID_LABEL]: OTHER },
      { isInState: true },
      "foreign",
    ],
    ["from before there were ids, in the state", named, { isInState: true }, "own"],
    [
      "from before there were ids, and not in the state",
      named,
      { id: OWN, isInState: false },
      "foreign",
    ],
    [
      "from before there were ids, in the state, with another name",
      renamed,
      { isInState: true },
      "foreign",
    ],
    ["that nobody of the project made", {}, { id: OWN, isInState: true }, "foreign"],
  ])("is decided by its id: one %s", (_, labels, proof, expected) => {
    expect(verdict(labels, proof)).toBe(expected);
  });

  it("is checked by the engine right before its creation, even if the id is not known yet", async () => {
    const objects = reader({ [PATH]: namespace({ ...named, [ID_LABEL]: OWN }) });
    const cluster = { name: "team-shared", objects: objects as unknown as ProgramObjects };
    const create = async (name: string, id: unknown) =>
      (await takenErrors(cluster, named, { name, labels: { ...named, [ID_LABEL]: id } })).map(
        ({ message }) => message,
      );
    expect(await create("bob-dev", OTHER)).toEqual([]);
    expect(await create("alice-dev", OWN)).toEqual([]);
    expect(await create("alice-dev", OTHER)).toEqual([
      expect.stringContaining("exists already and belongs to another owner"),
    ]);
    expect(await create("alice-dev", undefined)).toEqual([
      expect.stringContaining("exists already"),
    ]);
  });
});

describe("a request for a shared cluster", () => {
  it.each<[string, Case]>([
    ["as it should be", {}],
    ["with its own namespace there", { objects: { [PATH]: namespace(ORDER.owner) } }],
    [
      "beside others",
      { objects: { "/api/v1/resourcequotas": [quota("alice-dev", "6"), quota("bob-dev", "4")] } },
    ],
    [
      "with more than there is",
      { order: { quota: { ...ORDER.quota, cpu: "8" }, overcommit: 1.2 } },
    ],
    [
      "with a baseline",
      {
        order: { baseline: { stack: "main-dev", namespace: "main-dev" } },
        objects: {
          "/api/v1/namespaces/main-dev": namespace(ownerLabels("shop", "main-dev")),
        },
      },
    ],
  ])("is accepted by both: %s", async (_, order) => {
    expect([await program(order), await commandLine(order)]).toEqual(["fine", "fine"]);
  });

  it.each<[string, Case, RegExp]>([
    [
      "a namespace that nobody of the project made",
      { objects: { [PATH]: namespace({}) } },
      /"alice-dev" of cluster "team-shared" exists already.*it was not made by this project/,
    ],
    [
      "another project's namespace",
      { objects: { [PATH]: namespace(ownerLabels("other", "alice-dev")) } },
      /it is stack "alice-dev" of project "other"/,
    ],
    [
      "another stack's namespace",
      { objects: { [PATH]: namespace(ownerLabels("shop", "bob-dev")) } },
      /it is stack "bob-dev" of project "shop"/,
    ],
    [
      "a namespace on its way out",
      {
        objects: { [PATH]: namespace(ORDER.owner, { deletionTimestamp: "2026-11-27T06:00:00Z" }) },
      },
      /has been terminating since 2026-11-27T06:00:00Z/,
    ],
    [
      "a quota beyond all nodes",
      { order: { quota: { ...ORDER.quota, cpu: "8" } } },
      /8 of 7.6 CPUs/,
    ],
    [
      "a quota beyond what others leave",
      { objects: { "/api/v1/resourcequotas": [quota("alice-dev", "1"), quota("bob-dev", "6")] } },
      /8 of 7.6 CPUs[\s\S]*bob-dev: 6 CPUs/,
    ],
    [
      "nodes of a size that is not known",
      { pools: [{ size: "gone-2gb", count: 1, auto_scale: false, max_nodes: 1 }] },
      /list of sizes does not have gone-2gb/,
    ],
    [
      "a registry that the cluster does not pull from",
      { order: { registryAccess: "integration" } },
      /is not integrated with the account's registry/,
    ],
    [
      "a baseline that is not there",
      { order: { baseline: { stack: "main-dev", namespace: "main-dev" } } },
      /baseline "main-dev" is not a running environment/,
    ],
    [
      "itself as its baseline",
      { order: { baseline: { stack: "alice-dev", namespace: "alice-dev" } } },
      /baseline "alice-dev" is not another running environment/,
    ],
    [
      "several faults",
      {
        order: { registryAccess: "integration", quota: { ...ORDER.quota, cpu: "8" } },
        objects: { [PATH]: namespace({}) },
      },
      /exists already[\s\S]*is not integrated[\s\S]*8 of 7.6 CPUs/,
    ],
  ])("is refused by both, in the same words, for %s", async (_, order, message) => {
    const said = await program(order);
    expect(said).toMatch(message);
    expect(await commandLine(order)).toBe(said);
  });
});

describe("a shared cluster stack", () => {
  const outputsOf = (outputs: object) =>
    Recording.start({ answers: { "pulumi:pulumi:readStackOutputs": () => ({ outputs }) } });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["is not up", { placement: "host" }, /shared cluster "team-shared" is not up/],
    ["is an environment", { placement: "cluster", clusterId: "x" }, /its placement is "cluster"/],
    ["does not tell its placement", { clusterId: "x" }, /its placement is unknown/],
  ])("that %s is refused", async (_, outputs, message) => {
    expect(sharedClusterErrors("team-shared", outputs).map((error) => error.message)).toEqual([
      expect.stringMatching(message),
    ]);
    await outputsOf(outputs);
    await expect(sharedClusterId("team-shared")).rejects.toThrow(message);
  });

  it("that is up is accepted", () => {
    expect(sharedClusterErrors("team-shared", { placement: "host", clusterId: "c-1" })).toEqual([]);
  });
});

describe("the cluster of an id or a name", () => {
  it("is the only running one with it", () => {
    expect(chooseSharedCluster("c-1", [CLUSTER])).toBe(CLUSTER);
    expect(chooseSharedCluster("team-shared", [CLUSTER])).toBe(CLUSTER);
  });

  it.each<[string, (typeof CLUSTER)[], RegExp]>([
    ["is not there", [], /has no cluster "team-shared".*it has no clusters/],
    ["is ambiguous", [CLUSTER, { ...CLUSTER, id: "c-2" }], /has 2 clusters .*: c-1, c-2/],
    ["does not run", [{ ...CLUSTER, status: { state: "degraded" } }], /it is degraded/],
  ])("is refused when it %s", (_, clusters, message) => {
    expect(chooseSharedCluster("team-shared", clusters)).toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});

test("a shared cluster's capacity is unknown when a size is unknown", async () => {
  await program({});
  await expect(largestOf([{ size: "gone-2gb", count: 1 }])).rejects.toThrow(/gone-2gb/);
  expect(await largestOf([{ size: "s-2vcpu-4gb", count: 3 }])).toEqual({
    capacity: { millicores: 5_700, memoryMiB: 7_680, pods: 330 },
    pools: [{ count: 3, size: expect.objectContaining({ vcpus: 2, memoryMiB: 4_096 }) as object }],
    nodes: 3,
    usdPerHour: expect.closeTo(0.3),
  });
});
