/** The account as the emulator, which is held against DigitalOcean's own description, serves it. */
import { DigitalOcean } from "../../../cli/account/digitalocean";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

/** An account whose waiting moves the emulator's clock. */
function open(token = emulator.token): { account: DigitalOcean; slept: number[] } {
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    await emulator.call("POST", "/_emulator/clock", { advanceSeconds: ms / 1000 });
  };
  const now = () => emulator.clock.now();
  return { account: new DigitalOcean({ origin: emulator.url, token }, { sleep, now }), slept };
}

test("reads the account and DigitalOcean's offer", async () => {
  const { account } = open();
  expect(await account.account()).toMatchObject({ status: "active", droplet_limit: 25 });
  expect((await account.sizes()).map(({ slug }) => slug)).toContain("s-2vcpu-4gb");
  const options = await account.kubernetesOptions();
  expect(options.regions.map(({ slug }) => slug)).toContain("fra1");
  expect(options.versions[0]?.slug).toMatch(/^1\.\d+\./);
});

test("reads a cluster, and deletes it with its resources", async () => {
  const { id } = await emulator.createCluster({ tags: ["stack:alice-dev"] });
  const { account } = open();
  expect(await account.clusters()).toMatchObject([{ id, tags: expect.anything() as string[] }]);
  expect(await account.cluster(id)).toMatchObject({ id, region: "fra1" });
  expect(await account.droplets()).toHaveLength(1);
  for (const list of [account.loadBalancers(), account.volumes(), account.volumeSnapshots()]) {
    expect(await list).toEqual([]);
  }
  await account.deleteCluster(id);
  expect(await account.cluster(id)).toBeUndefined();
  await account.deleteCluster(id);
});

test("hides a temporary fault", async () => {
  await emulator.fault({ method: "GET", path: "/v2/account", status: 503, times: 3 });
  const { account, slept } = open();
  expect(await account.account()).toMatchObject({ status: "active" });
  expect(slept).toHaveLength(3);
});

test("spreads more requests than the minute's limit, and none fails", async () => {
  const { account, slept } = open();
  for (let count = 0; count < 252; count++) {
    await account.account();
  }
  expect(slept.length).toBeGreaterThan(0);
  const { body } = await emulator.get<{ requests: { status: number }[] }>("/_emulator/requests");
  expect(body.requests.map(({ status }) => status)).not.toContain(429);
});

test("waits for the time in the response when the token's requests are used up", async () => {
  await emulator.fault({ method: "GET", path: "/v2/account", status: 429 });
  const { account, slept } = open();
  expect(await account.account()).toMatchObject({ status: "active" });
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeGreaterThanOrEqual(1_000);
});

test.each([
  ["account", "account:read"],
  ["sizes", "sizes:read"],
  ["kubernetesOptions", "kubernetes:read"],
  ["clusters", "kubernetes:read"],
  ["droplets", "droplet:read"],
  ["loadBalancers", "load_balancer:read"],
  ["volumes", "block_storage:read"],
  ["volumeSnapshots", "snapshot:read"],
  ["registries", "registry:read"],
] as const)("the scope that %s lacks is named as the account means it", async (method, scope) => {
  const issue = async (scopes: string[]) =>
    (await emulator.call<{ token: string }>("POST", "/_emulator/tokens", { scopes })).body.token;
  const without = open(await issue(["tag:read"]));
  await expect(without.account[method]()).rejects.toMatchObject({
    status: 403,
    missingScope: expect.stringContaining(scope) as string,
  });
  const having = open(await issue([scope, "regions:read"]));
  expect(await having.account[method]()).toBeDefined();
});
