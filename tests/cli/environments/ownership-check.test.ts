import type { DigitalOcean } from "../../../cli/account/digitalocean";
import type { Cluster } from "../../../cli/account/resources";
import { checkOwnership, removeStrays } from "../../../cli/environments/ownership-check";
import { idTag } from "../../../core/digitalocean-tags";
import { checkpointWith } from "../stacks/support/checkpoints";
import { recordOf } from "../support/records";
import { type Owning, resourcesOwning } from "../support/state";
import { Workplace } from "../support/workplace";

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const OURS = ["project:shop", "stack:alice-dev", idTag(ID)];
const SETTINGS = { placement: "cluster", region: "fra1" } as const;
const pool = (id: string, tags: string[]) => ({ id, name: "workers", tags });
const cluster = (id: string, tags: string[], pools: object[] = [], name = "alice-dev") =>
  ({ id, name, tags, node_pools: pools }) as unknown as Cluster;

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

/** What an account with these clusters says to a stack that owns that. */
function claims(
  clusters: Cluster[],
  owned?: Owning & { readonly pending?: readonly object[] },
  settings: object = SETTINGS,
  records: Readonly<Record<string, readonly object[]>> = {},
) {
  if (owned !== undefined) {
    const { pending, ...owning } = owned;
    const resources = resourcesOwning("alice-dev", owning);
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources, pending }));
  }
  const account = {
    identity: () => Promise.resolve({ uuid: "team-1", name: "Acme" }),
    clusters: () => Promise.resolve(clusters),
    domainRecords: (_domain: string, host: string) => Promise.resolve(records[host]),
  } as unknown as DigitalOcean;
  const record = owned && recordOf({ hasResources: true });
  return checkOwnership(
    place.context(),
    account,
    "alice-dev",
    { ...SETTINGS, ...settings },
    record,
  );
}

describe("an environment that is to come up", () => {
  it("accepts a free name, and a name that its own cluster has", async () => {
    const owned = { id: ID, account: "team-1", clusterIds: ["c-1"] };
    const free = { faults: [], strays: { clusters: [], pools: [], hasPending: false } };
    expect(await claims([cluster("c-9", [], [], "bob-dev")])).toEqual(free);
    expect(await claims([cluster("c-1", OURS)], owned)).toEqual(free);
  });

  it.each([
    ["a new one", undefined, "alice-dev", {}],
    [
      "one that moves to another region",
      { id: ID, account: "team-1", region: "nyc3", clusterIds: ["c-1"] },
      "alice-dev-fra1",
      {},
    ],
  ])("is refused when another owner has its name: %s", async (_, owned, name, settings) => {
    const { faults } = await claims([cluster("c-9", [], [], name)], owned, settings);
    expect(faults.map(({ message }) => message)).toEqual([
      `the account has a cluster "${name}" already (c-9), which is not this environment's`,
    ]);
  });

  it("does not need a cluster name on a shared cluster", async () => {
    const { faults } = await claims([cluster("c-9", [])], undefined, { placement: "namespace" });
    expect(faults).toEqual([]);
  });

  it("is refused with the token of another account", async () => {
    const { faults } = await claims([], { id: ID, account: "team-2", clusterIds: ["c-1"] });
    expect(faults.map(({ message }) => message)).toEqual([
      '"alice-dev" is in account team-2, and the token is for account team-1 (Acme)',
    ]);
  });

  it("is refused without its cluster when the account is not recorded", async () => {
    const { faults } = await claims([], { id: ID, clusterIds: ["c-1"] });
    expect(faults.map(({ message }) => message)).toEqual([
      'account team-1 (Acme) does not have cluster c-1 of "alice-dev", and the stack does not record which account it is in',
    ]);
    const { faults: none } = await claims([cluster("c-1", OURS)], { id: ID, clusterIds: ["c-1"] });
    expect(none).toEqual([]);
  });

  it("finds clusters and node pools of a killed update: with its id, but not in its state", async () => {
    const pools = [
      pool("base-of-c-1", OURS),
      pool("known", OURS),
      pool("left", OURS),
      pool("by-hand", ["project:shop"]),
    ];
    const owned = { id: ID, account: "team-1", clusterIds: ["c-1"], poolIds: ["known"] };
    const { faults, strays } = await claims(
      [cluster("c-1", OURS, pools), cluster("c-9", OURS)],
      owned,
    );
    expect(faults).toEqual([]);
    expect(strays).toEqual({
      clusters: [{ id: "c-9", name: "alice-dev" }],
      pools: [{ clusterId: "c-1", id: "left", name: "workers" }],
      hasPending: false,
    });
  });

  it.each([
    ["the record that was being made", [["7", "A", "192.0.2.1"]], ["7"]],
    ["none of another address", [["7", "A", "192.0.2.9"]], []],
    [
      "none of two that it cannot distinguish",
      [
        ["7", "A", "192.0.2.1"],
        ["8", "A", "192.0.2.1"],
      ],
      [],
    ],
  ])("finds that a killed update has left %s", async (_, found, ids) => {
    const resource = {
      urn: "urn:record",
      type: "digitalocean:index/dnsRecord:DnsRecord",
      inputs: { domain: "dev.example.com", name: "alice-dev", value: "192.0.2.1" },
    };
    const pending = [{ resource, type: "creating" }];
    const owned = { id: ID, account: "team-1", clusterIds: [], pending };
    const records = found.map(([id, type, data]) => ({ id, type, data }));
    const { strays } = await claims([], owned, {}, { "alice-dev.dev.example.com": records });
    expect((strays.records ?? []).map(({ id, urn }) => [id, urn])).toEqual(
      ids.map((id) => [id, "urn:record"]),
    );
  });

  it("finds pending operations in the state", async () => {
    const owned = { id: ID, account: "team-1", clusterIds: [] };
    const pending = [{ resource: { urn: "urn:pulumi:x" }, type: "creating" }];
    expect((await claims([], { ...owned, pending })).strays.hasPending).toBe(true);
  });
});

test("removes the resources of a killed update, and waits until they are gone", async () => {
  const deleted: string[] = [];
  const pools = [pool("left", OURS)];
  const account = {
    deleteCluster: (id: string) => Promise.resolve(deleted.push(id)),
    deleteNodePool: (...ids: string[]) => {
      deleted.push(...ids);
      pools.length = 0;
      return Promise.resolve();
    },
    cluster: (id: string) =>
      Promise.resolve(id === "c-1" ? cluster("c-1", OURS, pools) : undefined),
  } as unknown as DigitalOcean;
  const said: string[] = [];
  await removeStrays(place.context({ say: (line) => said.push(line) }), account, {
    clusters: [{ id: "c-9", name: "alice-dev" }],
    pools: [{ clusterId: "c-1", id: "left", name: "workers" }],
  });
  expect(deleted).toEqual(["c-9", "c-1", "left"]);
  expect(said).toEqual([
    "deleting cluster alice-dev (c-9), which a killed update left",
    "deleting node pool workers (left), which a killed update left",
  ]);
});
