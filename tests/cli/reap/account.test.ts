import { DigitalOcean } from "../../../cli/account/digitalocean";
import { readInventory } from "../../../cli/reap/account";
import type { AccountListing, HoldingKind } from "../../../cli/reap/policy/world";
import { withServer } from "../../helpers/local-server";

const ID = "4de7ac8b-1fe5-4d1a-9a0f-0c5fdf5f7a11";
const AT = "2026-11-20T10:00:00Z";
const TAGS = ["ephemeral-doks", `k8s:${ID}`];

type Lists = Readonly<Record<string, readonly object[]>>;

/** An account with something of each kind. */
const LISTS: Lists = {
  kubernetes_clusters: [{ id: ID, name: "alice-dev", tags: ["ephemeral-doks"], created_at: AT }],
  droplets: [
    {
      ...{ id: 7, name: "node-1", tags: TAGS, created_at: AT, size: { price_hourly: 0.03571 } },
      networks: { v4: [{ ip_address: "192.0.2.7" }] },
    },
    {
      ...{ id: 8, name: "web", tags: [], created_at: AT, size: { price_hourly: 1 } },
      networks: { v4: [] },
    },
  ],
  load_balancers: [
    { id: "lb-1", name: "a1", tags: TAGS, created_at: AT, type: "REGIONAL_NETWORK", size_unit: 2 },
    { id: "lb-2", name: "a2", tags: null, created_at: AT, type: "REGIONAL" },
  ],
  volumes: [
    { id: "v-1", name: "pvc-1", tags: TAGS, created_at: AT, size_gigabytes: 10, droplet_ids: [7] },
    { id: "v-2", name: "pvc-2", tags: TAGS, created_at: AT, size_gigabytes: 1, droplet_ids: [] },
  ],
  snapshots: [{ id: 9, name: "s-1", tags: TAGS, created_at: AT, size_gigabytes: 5 }],
};

interface Oddity {
  /** Key of the list that is odd. */
  readonly key: string;
  readonly status?: number;
  readonly total?: number;
}

async function read(
  lists: Lists,
  oddity?: Oddity,
): Promise<{ account: AccountListing; asked: string[] }> {
  let account: AccountListing | undefined;
  const asked: string[] = [];
  await withServer(
    (request, response) => {
      const url = new URL(request.url ?? "", "http://localhost");
      asked.push(request.url ?? "");
      const key = Object.keys(lists).find((one) =>
        url.pathname.includes(one.split("_").at(-1) ?? ""),
      );
      const items = lists[key ?? ""] ?? [];
      const page = Number(url.searchParams.get("page"));
      const size = Number(url.searchParams.get("per_page"));
      const isOdd = oddity?.key === key;
      const body = {
        [key ?? ""]: items.slice((page - 1) * size, page * size),
        links: page * size < items.length ? { pages: { next: "more" } } : {},
        meta: { total: (isOdd && oddity?.total) || items.length },
      };
      response
        .writeHead((isOdd && oddity?.status) || 200, { "content-type": "application/json" })
        .end(JSON.stringify(isOdd && oddity?.status ? { message: "no" } : body));
    },
    async ({ url }) => {
      const sleep = async () => {};
      account = await readInventory(new DigitalOcean({ origin: url, token: "t" }, { sleep }));
    },
  );
  if (account === undefined) {
    throw new Error("nothing was read");
  }
  return { account, asked };
}

function itemsOf(account: AccountListing, kind: HoldingKind) {
  const listing = account[kind];
  return listing.state === "complete" ? listing.items : [];
}

describe("what the account holds", () => {
  it("is read with prices in five requests", async () => {
    const { account, asked } = await read(LISTS);
    const prices = (kind: HoldingKind) =>
      itemsOf(account, kind).map(({ usdPerMonth }) => usdPerMonth);
    expect(asked).toHaveLength(5);
    expect(asked.filter((url) => url.includes("resource_type=volume"))).toHaveLength(1);
    expect(prices("droplet")).toEqual([expect.closeTo(24, 1), 672]);
    expect(prices("load balancer")).toEqual([30, 12]);
    expect(prices("volume")).toEqual([expect.closeTo(1), expect.closeTo(0.1)]);
    expect(prices("volume snapshot")).toEqual([expect.closeTo(0.3)]);
    // With all that goes with it: a node, two units of a load balancer, two volumes, a snapshot.
    expect(prices("cluster")).toEqual([expect.closeTo(24 + 30 + 1.1 + 0.3, 1)]);
    expect(itemsOf(account, "droplet")[0]).toMatchObject({ id: "7", name: "node-1", tags: TAGS });
    expect(itemsOf(account, "cluster")[0]?.createdAt).toBe(Date.parse(AT) / 1000);
    expect(itemsOf(account, "load balancer")[1]?.tags).toEqual([]);
    expect(itemsOf(account, "volume").map(({ inUse }) => inUse)).toEqual([true, false]);
  });

  it("is read from all pages", async () => {
    const many = Array.from({ length: 401 }, (_, index) => ({
      ...LISTS.volumes?.[0],
      id: `v-${index}`,
    }));
    const { account, asked } = await read({ ...LISTS, volumes: many });
    expect(itemsOf(account, "volume")).toHaveLength(401);
    expect(asked).toHaveLength(7);
  });

  it.each([
    ["kubernetes_clusters", "cluster"],
    ["droplets", "droplet"],
    ["load_balancers", "load balancer"],
    ["volumes", "volume"],
    ["snapshots", "volume snapshot"],
  ] as const)("fails only for %s when only those cannot be read", async (key, kind) => {
    const { account } = await read(LISTS, { key, status: 403 });
    expect(account[kind]).toEqual({
      state: "failed",
      why: expect.stringContaining("with 403: no"),
    });
    const failed = Object.values(account).filter(({ state }) => state !== "complete");
    expect(failed).toHaveLength(1);
  });

  it("is partial when its total exceeds the items, or an item comes twice", async () => {
    const { account } = await read(LISTS, { key: "volumes", total: 3 });
    expect(account.volume).toMatchObject({ state: "partial" });
    const twice = await read({
      ...LISTS,
      droplets: [...(LISTS.droplets ?? []), LISTS.droplets?.[0] ?? {}],
    });
    expect(twice.account.droplet).toMatchObject({ state: "partial" });
  });
});
