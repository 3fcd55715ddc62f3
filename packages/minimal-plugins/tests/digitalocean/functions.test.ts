import { isPropertyMap, type PropertyMap } from "../../protocol/properties";
import { failureOf } from "../protocol/support/provider-client";
import { TestPlugin } from "./support/test-plugin";

let plugin: TestPlugin;

beforeAll(async () => {
  plugin = await TestPlugin.start();
});

afterAll(async () => {
  const strange = await plugin.strangeRequests();
  await plugin.close();
  expect(strange).toEqual([]);
});

async function call(name: string, args: PropertyMap = {}): Promise<PropertyMap> {
  return (await plugin.client.invoke(`digitalocean:index/${name}:${name}`, args)).result;
}

function column(list: PropertyMap[string] | undefined, name: string): unknown[] {
  return Array.isArray(list) ? list.filter(isPropertyMap).map((row) => row[name]) : [];
}

describe("getKubernetesVersions", () => {
  test("returns the versions of a minor version, the newest first", async () => {
    const { latestVersion, validVersions } = await call("getKubernetesVersions", {
      versionPrefix: "1.35.",
    });
    expect(validVersions).toContain(latestVersion);
    expect(validVersions).toEqual([expect.stringMatching(/^1\.35\.\d+-do\.\d+$/)]);
  });

  test("returns all versions without a prefix, and none for an unknown one", async () => {
    const { validVersions } = await call("getKubernetesVersions");
    expect((validVersions as string[]).length).toBeGreaterThan(2);
    expect(await call("getKubernetesVersions", { versionPrefix: "0.9" })).toMatchObject({
      validVersions: [],
      latestVersion: "",
    });
  });
});

describe("getSizes", () => {
  test("filters by numbers, lists, expressions and substrings, and sorts", async () => {
    const { sizes } = await call("getSizes", {
      filters: [
        { key: "vcpus", values: ["2", "4"] },
        { key: "regions", values: ["fra1", "nyc1"], all: true },
        { key: "available", values: ["true"] },
        { key: "slug", values: ["^s-"], matchBy: "re" },
        { key: "slug", values: ["vcpu"], matchBy: "substring" },
      ],
      sorts: [
        { key: "vcpus", direction: "desc" },
        { key: "price_monthly", direction: "asc" },
      ],
    });
    const found = column(sizes, "vcpus") as number[];
    expect(new Set(found)).toEqual(new Set([4, 2]));
    expect(found).toEqual([...found].sort((a, b) => b - a));
    const prices = (column(sizes, "priceMonthly") as number[]).slice(0, found.lastIndexOf(4) + 1);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
    expect(column(sizes, "slug")).toContain("s-2vcpu-4gb");
  });

  test("returns every size with its price from all pages", async () => {
    const { sizes } = await call("getSizes");
    const { body } = await plugin.emulator.get<{ sizes: unknown[] }>("/v2/sizes?per_page=200");
    expect(sizes).toHaveLength(body.sizes.length);
    expect(sizes).toContainEqual(
      expect.objectContaining({ slug: "s-2vcpu-4gb", memory: 4096, vcpus: 2, priceMonthly: 24 }),
    );
  });

  test.each([
    [{ filters: [{ key: "colour", values: ["red"] }] }, 'got "colour"'],
    [{ sorts: [{ key: "colour" }] }, 'got "colour"'],
    [{ filters: [{ key: "vcpus", values: ["many"] }] }, "a number: many"],
    [{ filters: [{ key: "available", values: ["yes"] }] }, "a boolean: yes"],
    [{ filters: [{ key: "slug", values: ["x"], matchBy: "luck" }] }, 'got "luck"'],
  ])("fails for %j", async (args, message) => {
    expect((await failureOf(call("getSizes", args))).details).toContain(message);
  });
});

test("getRegions returns the available regions, getRegion one of them", async () => {
  const filters = [{ key: "features", values: ["metadata"] }];
  const { regions } = await call("getRegions", { filters });
  expect(column(regions, "slug")).toContain("fra1");
  expect(await call("getRegion", { slug: "fra1" })).toMatchObject({
    slug: "fra1",
    available: true,
  });
  expect((await failureOf(call("getRegion", { slug: "mars1" }))).details).toContain(
    "Region does not exist: mars1",
  );
});

test("getAccount returns the owner and the limits", async () => {
  const account = await call("getAccount");
  expect(account).toMatchObject({ status: "active", emailVerified: true, id: account.uuid });
  expect(account.dropletLimit).toBeGreaterThan(0);
});

test("getContainerRegistry finds the account's registry, and no other", async () => {
  await plugin.createRegistry("ours");
  expect(await call("getContainerRegistry", { name: "ours" })).toMatchObject({
    id: "ours",
    name: "ours",
    endpoint: "registry.digitalocean.com/ours",
    serverUrl: "registry.digitalocean.com",
    subscriptionTierSlug: "basic",
    region: "fra1",
  });
  const failure = await failureOf(call("getContainerRegistry", { name: "theirs" }));
  expect(failure.details).toContain("theirs");
});

test("getKubernetesCluster finds a cluster by its name with new credentials, but no pool without the tag", async () => {
  const { id, endpoint } = await plugin.emulator.createCluster({ name: "found" });
  const cluster = await call("getKubernetesCluster", { name: "found" });
  expect(cluster).toMatchObject({ id, name: "found", endpoint, urn: `do:kubernetes:${id}` });
  expect(column(cluster.kubeConfigs, "host")).toEqual([endpoint]);
  expect(cluster.nodePools).toEqual([]);
  expect((await failureOf(call("getKubernetesCluster", { name: "lost" }))).details).toContain(
    "Unable to find cluster with name: lost",
  );
});

test("fails when the token is wrong", async () => {
  const stranger = await TestPlugin.start({ token: "dop_v1_wrong" });
  try {
    const token = "digitalocean:index/getAccount:getAccount";
    expect((await failureOf(stranger.client.invoke(token, {}))).details).toMatch(/: 401 /);
  } finally {
    await stranger.close();
  }
});
