import { DigitalOcean } from "../../../../cli/account/digitalocean";
import type { PreflightResult } from "../../../../cli/environments/preflight/preflight-result";
import {
  type TenantRequest,
  tenantPreflight,
} from "../../../../cli/environments/preflight/tenant-preflight";
import { ClusterObjects } from "../../../../cli/shared-clusters/cluster-objects";
import { ownerLabels } from "../../../../core/labels";
import { TestEmulator } from "../../../../packages/emulator/tests/api/support/test-emulator";
import { claimOf, loadBalanced, object } from "../../../helpers/kubernetes-objects";
import { clusterWith } from "../../shared-clusters/support/fake-cluster";

const ORDER: TenantRequest = {
  namespace: "alice-dev",
  owner: ownerLabels("shop", "alice-dev"),
  registryAccess: "none",
  quota: { cpu: "2", memory: "2Gi", pods: 20 },
  bounds: {
    quota: {
      ...{ cpu: "2", memory: "2Gi", pods: 20, loadBalancers: 1, volumes: 2, storage: "20Gi" },
      ...{ objects: 20, memoryLimits: "4Gi", ephemeralStorage: "20Gi" },
    },
    limits: { defaultRequest: { cpu: "50m" }, default: { memory: "1Gi" } },
    isShared: true,
  },
  overcommit: 1,
  images: ["x/api:1"],
  objects: [loadBalanced("web"), object("PersistentVolumeClaim", claimOf("10Gi"))],
};

let emulator: TestEmulator;
let opened: string[];
beforeEach(async () => {
  emulator = await TestEmulator.start();
  opened = [];
  jest.spyOn(ClusterObjects, "open").mockImplementation((_, id) => {
    opened.push(id);
    return Promise.resolve(
      clusterWith({
        "/api/v1": { resources: [{ kind: "Service" }, { kind: "PersistentVolumeClaim" }] },
      }),
    );
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await emulator.close();
});

function check(host: string | PreflightResult, changes: Partial<TenantRequest> = {}) {
  const access = { origin: emulator.url, token: emulator.token };
  const account = new DigitalOcean(access, { sleep: async () => {} });
  const signal = new AbortController().signal;
  const everythingExists = async () => ({ digest: `sha256:${"a".repeat(64)}` });
  return tenantPreflight({ signal }, { ...ORDER, ...changes }, host, account, everythingExists);
}

/** A running cluster of two nodes that may become four. */
const sharedCluster = (name: string) =>
  emulator.createCluster({
    name,
    node_pools: [
      {
        name: "workers",
        size: "s-2vcpu-4gb",
        count: 2,
        auto_scale: true,
        min_nodes: 2,
        max_nodes: 4,
      },
    ],
  });

test("passes every check of a possible order, priced as its share", async () => {
  const { id } = await sharedCluster("team-shared");
  const findings = await check(id);
  expect(findings.map(({ check: name, state }) => [name, state])).toEqual([
    ["account", "ok"],
    ["scopes", "ok"],
    ["host", "ok"],
    ["namespace", "ok"],
    ["capacity", "ok"],
    ["price", "ok"],
    ["images", "ok"],
  ]);
  expect(opened).toEqual([id]);
  // Of four nodes of $24, 1.9 CPUs each; a network load balancer; GiB at 10 cents.
  const month = 4 * 24 * (2 / (4 * 1.9)) + 15 + 10 * 0.1;
  const price = findings.find(({ check: name }) => name === "price");
  expect(price?.pricePerHourUsd).toBeCloseTo(month / 672, 3);
});

test("a quota that exceeds all nodes together is a fault", async () => {
  await sharedCluster("team-shared");
  const quota = { ...ORDER.quota, cpu: "8" };
  const findings = await check("team-shared", { quota });
  expect(findings.filter(({ state }) => state === "fault")).toMatchObject([
    {
      check: "capacity",
      message: expect.stringMatching(/8 of 7.6 CPUs[\s\S]*free: 7.6/),
    },
  ]);
});

test("a tree that exceeds its quota is a fault, with a DaemonSet's pod on every possible node", async () => {
  await sharedCluster("team-shared");
  const template = { spec: { containers: [{ name: "agent" }] } };
  const agents = ["a", "b"].map(() => object("DaemonSet", { template }, "apps/v1"));
  const findings = await check("team-shared", { objects: agents });
  expect(findings).toContainEqual({
    check: "tree",
    state: "fault",
    message: "the tree requests 8Gi of memory as limits, but quota.memoryLimits is 4Gi",
    fix: "--set quota.memoryLimits=8Gi, or request less in your own overlay",
  });
});

test("a pod that does not fit on any node is a fault", async () => {
  await sharedCluster("team-shared");
  const pod = object("Pod", {
    containers: [{ resources: { requests: { memory: "1Gi", cpu: "2" } } }],
  });
  const findings = await check("team-shared", { objects: [pod] });
  expect(findings.filter(({ state }) => state === "fault")).toContainEqual({
    check: "tree",
    state: "fault",
    message: "Pod/pod: a pod requests 2 CPUs, and the largest node gives 1.9",
    fix: expect.stringContaining("larger nodes") as string,
  });
});

test.each<[string, string[], RegExp]>([
  ["that is not there", [], /has no cluster "team-shared"/],
  ["of a name that two have", ["team-shared", "team-shared"], /has 2 clusters named "team-shared"/],
])("a cluster %s is a fault, and gets no requests", async (_, names, message) => {
  await emulator.call("POST", "/_emulator/cluster-names", { unique: false });
  for (const name of names) {
    await sharedCluster(name);
  }
  const findings = await check("team-shared");
  expect(findings.filter(({ state }) => state === "fault")).toMatchObject([
    { check: "host", message: expect.stringMatching(message) },
  ]);
  expect(opened).toEqual([]);
});

test("a shared cluster that is not up is reported with all other faults", async () => {
  const host = { check: "host", state: "fault", message: "it is not up" } as const;
  const findings = await check(host);
  expect(findings).toContainEqual(host);
  expect(findings.map(({ check: name }) => name)).toEqual(["account", "scopes", "host", "images"]);
});
