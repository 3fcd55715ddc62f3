import { DigitalOcean } from "../../../../cli/account/digitalocean";
import { Offers } from "../../../../cli/account/offers";
import { checkPlace } from "../../../../cli/environments/preflight/offer-checks";
import { type ClusterRequest, preflight } from "../../../../cli/environments/preflight/preflight";
import type { PreflightResult } from "../../../../cli/environments/preflight/preflight-result";
import type { Resolution } from "../../../../cli/images/resolution";
import type { ResolveImage } from "../../../../cli/images/resolve-image";
import { BASE_NODE_SIZE } from "../../../../core/money/bill";
import { TestEmulator } from "../../../../packages/emulator/tests/api/support/test-emulator";

const DIGEST = `sha256:${"a".repeat(64)}`;
const ORDER: ClusterRequest = {
  region: "fra1",
  kubernetesVersion: "1.35",
  nodes: [
    { count: 1, size: "s-1vcpu-2gb" },
    { count: 2, size: "s-2vcpu-4gb" },
  ],
  loadBalancers: 1,
  networkLoadBalancers: 0,
  volumeGiB: 0,
  isNewCluster: true,
  newNodes: 3,
  images: [],
};

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

const everythingExists: ResolveImage = async () => ({ digest: DIGEST });

function check(
  changes: Partial<ClusterRequest> = {},
  resolve = everythingExists,
  token = emulator.token,
): Promise<PreflightResult[]> {
  const account = new DigitalOcean({ origin: emulator.url, token }, { sleep: async () => {} });
  return preflight({ ...ORDER, ...changes }, account, resolve);
}

async function tokenWith(...scopes: string[]): Promise<string> {
  const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", { scopes });
  return body.token;
}

const ofState = (findings: readonly PreflightResult[], state: PreflightResult["state"]) =>
  findings.filter((finding) => finding.state === state);

test("passes every check of a possible order, and returns its price", async () => {
  await emulator.call("POST", "/v2/registries", { name: "acme", subscription_tier_slug: "basic" });
  const findings = await check({ registryName: "acme", images: ["x/api:1", "x/web:1"] });
  expect(findings.map(({ check: name, state }) => [name, state])).toEqual([
    ["account", "ok"],
    ["scopes", "ok"],
    ["limit", "ok"],
    ["region", "ok"],
    ["size", "ok"],
    ["size", "ok"],
    ["version", "ok"],
    ["registry", "ok"],
    ["images", "ok"],
    ["price", "ok"],
  ]);
  expect(findings.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      "3 new Droplets needed, 25 left in the account",
      "2 of 2 images exist",
      "it costs $0.1071 an hour, $72 a month",
    ]),
  );
});

test("reports all faults at once, each with the allowed values and a fix", async () => {
  const findings = await check(
    {
      kubernetesVersion: "1.20",
      nodes: [{ count: 30, size: "s-2vcpu-4gib" }],
      newNodes: 30,
      registryName: "acme",
      images: ["x/api:1"],
    },
    async () => "absent",
  );
  const faults = ofState(findings, "fault");
  expect(faults.map(({ check: name }) => name)).toEqual([
    "limit",
    "size",
    "version",
    "registry",
    "images",
  ]);
  expect(faults.map(({ message }) => message)).toEqual([
    "30 new Droplets needed, 25 left in the account",
    expect.stringMatching(/^node size "s-2vcpu-4gib" is not offered in fra1; offered there: s-.*/),
    expect.stringMatching(/^Kubernetes 1\.20 is not offered; offered: 1\.36, 1\.35/),
    'the account has no container registry named "acme"; it has none',
    "image x/api:1 does not exist",
  ]);
  expect(faults.map(({ fix }) => fix)).toEqual([
    expect.stringContaining("--set nodeCount=1"),
    "--set nodeSize=s-2vcpu-4gb",
    "--set kubernetesVersion=1.36",
    "doctl registry create acme, or --set registry.access=none to use none",
    "push it to registry-1.docker.io, or use --image <service>=<existing tag>",
  ]);
});

test("does not check sizes in a region that is not offered", async () => {
  const findings = await check({ region: "fra2" });
  expect(ofState(findings, "fault")).toEqual([
    {
      check: "region",
      state: "fault",
      message: expect.stringMatching(/^region "fra2" is not offered for clusters; offered: .*fra1/),
      fix: "--set region=fra1",
    },
  ]);
});

test("proposes another region when the base node's size is not offered", async () => {
  const account = new DigitalOcean({ origin: emulator.url, token: emulator.token });
  const [sizes, options] = await Promise.all([account.sizes(), account.kubernetesOptions()]);
  const withoutBase = sizes.map((size) =>
    size.slug === BASE_NODE_SIZE ? { ...size, regions: ["nyc1"] } : size,
  );
  const findings = checkPlace("fra1", ORDER.nodes, new Offers(withoutBase, options));
  expect(ofState(findings, "fault")).toEqual([
    {
      check: "size",
      state: "fault",
      message: expect.stringMatching(/^node size "s-1vcpu-2gb" is not offered in fra1; /),
      fix: "--set region=nyc1   # regions that offer it: nyc1",
    },
  ]);
});

test("counts existing Droplets", async () => {
  await emulator.createCluster({
    node_pools: [{ name: "default", size: "s-2vcpu-4gb", count: 23 }],
  });
  const [finding] = ofState(await check(), "fault");
  expect(finding?.message).toBe("3 new Droplets needed, 2 left in the account");
  expect(ofState(await check({ newNodes: 0 }), "fault")).toEqual([]);
});

test("accepts an existing cluster's version that is no longer offered", async () => {
  const findings = await check({ kubernetesVersion: "1.20", isNewCluster: false, newNodes: 0 });
  expect(ofState(findings, "fault")).toEqual([]);
  expect(ofState(findings, "warning").map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Kubernetes 1\.20 is not offered; .*; the cluster keeps its own$/),
  ]);
});

test("suggests another registry of the account", async () => {
  await emulator.call("POST", "/v2/registries", { name: "acme", subscription_tier_slug: "basic" });
  const [finding] = ofState(await check({ registryName: "acne" }), "fault");
  expect(finding?.message).toContain('named "acne"; it has acme');
  expect(finding?.fix).toBe("--set registry.name=acme");
});

test("reports only the token if it is invalid", async () => {
  const findings = await check({ region: "fra2" }, everythingExists, "dop_v1_deleted");
  expect(findings).toEqual([
    {
      check: "token",
      state: "fault",
      message: expect.stringMatching(/^DigitalOcean answered GET \/v2\/account with 401: /),
      fix: expect.stringContaining("neither expired nor deleted"),
    },
  ]);
});

test("reports all missing scopes together, besides the possible checks", async () => {
  const token = await tokenWith("account:read", "kubernetes:read", "droplet:read");
  const findings = await check({ newNodes: 26, registryName: "acme" }, everythingExists, token);
  expect(ofState(findings, "fault").map(({ message }) => message)).toEqual([
    "the token lacks scopes: sizes:read (with regions:read), load_balancer:read, block_storage:read, snapshot:read, registry:read",
    "26 new Droplets needed, 25 left in the account",
  ]);
});

test("checks everything except the limit without the scope for the account", async () => {
  const token = await tokenWith(
    "kubernetes:read",
    "sizes:read",
    "regions:read",
    "droplet:read",
    "load_balancer:read",
    "block_storage:read",
    "snapshot:read",
  );
  const findings = await check({}, everythingExists, token);
  expect(ofState(findings, "fault")).toEqual([]);
  expect(ofState(findings, "warning")).toEqual([
    {
      check: "limit",
      state: "warning",
      message: expect.stringContaining("the Droplet limit was not checked: "),
      fix: expect.stringContaining("account:read"),
    },
  ]);
  expect(ofState(findings, "ok").map(({ check: name }) => name)).toContain("price");
});

test.each([
  ["warning", "warning"],
  ["locked", "fault"],
])("an account that is %s is a %s", async (status, state) => {
  const account = new DigitalOcean({ origin: emulator.url, token: emulator.token });
  const profile = await account.account();
  jest
    .spyOn(account, "account")
    .mockResolvedValue({ ...profile, status, status_message: "please pay" });
  const findings = await preflight(ORDER, account, everythingExists);
  expect(findings[0]).toMatchObject({
    check: "account",
    state,
    message: `the account of ${profile.email} is ${status}: please pay`,
  });
});

test("reports a failed request for another reason as a separate fault", async () => {
  await emulator.fault({ method: "GET", path: "/v2/sizes", times: 4 });
  const findings = await check();
  expect(ofState(findings, "fault").map(({ message }) => message)).toEqual([
    expect.stringMatching(/^DigitalOcean answered GET \/v2\/sizes with 500: /),
  ]);
  expect(findings.map(({ check: name }) => name)).not.toContain("price");
});

test("groups images of unknown existence by reason", async () => {
  const answers: Record<string, Resolution> = {
    "x/api": { unknown: "x cannot be reached" },
    "y/web": { unknown: "y asks for credentials" },
    "x/db": { unknown: "x cannot be reached" },
    "x/ok": { digest: DIGEST },
  };
  const findings = await check(
    { images: ["x/db:1", "x/api:1", "y/web:1", "x/ok:1"] },
    async ({ name }) => answers[name] ?? "absent",
  );
  expect(findings.filter(({ check: name }) => name === "images")).toEqual([
    {
      check: "images",
      state: "warning",
      message: "unknown whether x/api:1 and 1 more exist: x cannot be reached",
    },
    {
      check: "images",
      state: "warning",
      message: "unknown whether y/web:1 exists: y asks for credentials",
    },
    { check: "images", state: "ok", message: "1 of 4 images exist" },
  ]);
});

test("sends at most seven requests for a new environment, all read-only, and no whole list for a scope", async () => {
  const listable = jest.spyOn(DigitalOcean.prototype, "requireListable");
  await check();
  const { body } = await emulator.get<{ requests: { method: string; path: string }[] }>(
    "/_emulator/requests",
  );
  expect(body.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    "GET /v2/account",
    "GET /v2/droplets",
    "GET /v2/kubernetes/options",
    "GET /v2/load_balancers",
    "GET /v2/sizes",
    "GET /v2/snapshots",
    "GET /v2/volumes",
  ]);
  expect(listable.mock.calls).toEqual([["load balancer"], ["volume"], ["volume snapshot"]]);
});
