import timers from "node:timers/promises";
import type { DigitalOcean } from "../../../cli/account/digitalocean";
import type { Cluster } from "../../../cli/account/resources";
import { deleteRecords } from "../../../cli/environments/left-record";
import {
  deleteStrays,
  lateStrays,
  questionWithStrays,
  requireSoleOwner,
  traceOf,
  untilGone,
} from "../../../cli/environments/teardown";
import type { StackRecord } from "../../../cli/stacks/record";
import { otherStacks } from "../../../cli/stacks/stacks";
import { idTag } from "../../../core/digitalocean-tags";
import { checkpointWith } from "../stacks/support/checkpoints";
import { recordOf } from "../support/records";
import { resourcesOwning } from "../support/state";
import { Workplace } from "../support/workplace";

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const OTHER_ID = "00000000-7d3a-4b77-9d5e-7e9a5c1b0f44";
const NAMES = ["project:shop", "stack:alice-dev"];
const OURS = [...NAMES, idTag(ID)];
const UP = recordOf({ hasResources: true, outputs: { clusterId: "c-1" } });
const cluster = (id: string, tags: string[]) => ({ id, name: id, tags }) as unknown as Cluster;

/** An account in which there are these clusters, and nothing else. */
class FakeAccount {
  public constructor(public all: Cluster[]) {}
  public readonly identity = () => Promise.resolve({ uuid: "team-1", name: "Acme" });
  public readonly clusters = () => Promise.resolve(this.all);
  public readonly droplets = () => Promise.resolve([]);
  public balancers: object[] = [];
  public records: { readonly name: string }[] = [];
  public readonly loadBalancers = () => Promise.resolve(this.balancers);
  public readonly domainRecords = (domain: string, host?: string) =>
    Promise.resolve(
      this.records.filter(({ name }) => host === undefined || host === `${name}.${domain}`),
    );
  public readonly deleteRecord = jest.fn((_domain: string, _id: string) => Promise.resolve());
  public readonly volumes = this.droplets;
  public readonly volumeSnapshots = this.droplets;
  public readonly deleteCluster = jest.fn((id: string) => {
    this.all = this.all.filter((each) => each.id !== id);
    return Promise.resolve();
  });
  public readonly asAccount = () => this as unknown as DigitalOcean;
}

const account = (...clusters: Cluster[]) => new FakeAccount(clusters);

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

/** Gives a stack a state that owns these. */
function owning(owned: Parameters<typeof resourcesOwning>[1], stack = "alice-dev"): void {
  place.backend.stack(stack, checkpointWith(stack, { resources: resourcesOwning(stack, owned) }));
}

const trace = (fake: FakeAccount, record: StackRecord = UP) =>
  traceOf(place.context(), fake.asAccount(), record);

describe("the trace of an environment", () => {
  it("is its id, the clusters in its state, and clusters with its id; clusters with only the same name are separate", async () => {
    owning({ id: ID, account: "team-1", clusterIds: ["c-0", "c-1"] });
    const fake = account(
      cluster("c-0", OURS),
      cluster("c-1", NAMES),
      cluster("stray", OURS),
      cluster("no-id", NAMES),
      cluster("other-id", [...NAMES, idTag(OTHER_ID)]),
      cluster("bob's", ["project:shop", "stack:bob-dev"]),
    );
    const foreign = (id: string) => ({
      kind: "clusters",
      id,
      name: id,
      removal: `doctl kubernetes cluster delete ${id} --dangerous`,
    });
    expect(await trace(fake)).toEqual({
      id: ID,
      clusterIds: ["c-0", "c-1", "stray"],
      strays: [{ id: "stray", name: "stray" }],
      records: [],
      foreign: [foreign("no-id"), foreign("other-id")],
    });
  });

  const HOST_RECORD = {
    type: "ephemeral-doks:components:HostRecord",
    urn: "urn:host",
    inputs: { domain: "dev.example.com", label: "alice-dev", address: "192.0.2.1" },
  };
  const record = (id: number, name: string, data: string) => ({ id, type: "A", name, data });

  it("lists other owners' records that point to its load balancers", async () => {
    const resources = [
      ...resourcesOwning("alice-dev", { id: ID, account: "team-1", clusterIds: ["c-1"] }),
      HOST_RECORD,
    ];
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources }));
    const fake = account(cluster("c-1", OURS));
    fake.balancers = [
      { ip: "192.0.2.1", tags: ["k8s:c-1"] },
      { ip: "192.0.2.9", tags: ["k8s:c-9"] },
    ];
    fake.records = [
      record(7, "alice-dev", "192.0.2.1"),
      record(8, "shop", "192.0.2.1"),
      record(9, "bob-dev", "192.0.2.9"),
    ];
    expect((await trace(fake)).foreign).toEqual([
      {
        kind: "domain records",
        id: "dev.example.com 8",
        name: "shop.dev.example.com A 192.0.2.1",
        removal: "doctl compute domain records delete dev.example.com 8",
      },
    ]);
  });

  it("contains a killed update's record, which is deleted first", async () => {
    const inputs = { domain: "dev.example.com", name: "alice-dev", value: "192.0.2.1" };
    const resource = { type: "digitalocean:index/dnsRecord:DnsRecord", urn: "urn:record", inputs };
    const resources = [
      ...resourcesOwning("alice-dev", { id: ID, account: "team-1", clusterIds: ["c-1"] }),
      HOST_RECORD,
    ];
    const pending = [{ resource, type: "creating" }];
    place.backend.stack("alice-dev", checkpointWith("alice-dev", { resources, pending }));
    const fake = account(cluster("c-1", OURS));
    fake.records = [record(7, "alice-dev", "192.0.2.1")];
    const { records = [] } = await trace(fake);
    const said: string[] = [];
    await deleteRecords(fake.asAccount(), records, (line) => said.push(line));
    expect(fake.deleteRecord.mock.calls).toEqual([["dev.example.com", "7"]]);
    expect(said).toEqual([
      "deleting record 7 of alice-dev.dev.example.com, which a killed update left",
    ]);
  });

  it("owns nothing without a state", async () => {
    const found = await trace(account(cluster("no-id", NAMES)), recordOf());
    expect(found).toMatchObject({ clusterIds: [], strays: [], foreign: [{ id: "no-id" }] });
  });

  it("is refused for a cluster of the state that carries the id of another environment", async () => {
    owning({ id: ID, account: "team-1", clusterIds: ["c-1"] });
    await expect(trace(account(cluster("c-1", [idTag(OTHER_ID)])))).rejects.toThrow(
      `cluster c-1 is in the state of "alice-dev" and carries the id of another environment: ${OTHER_ID}`,
    );
  });

  it.each<[string, object | undefined, StackRecord]>([
    ["state", { id: ID, account: "team-2", clusterIds: ["c-1"] }, UP],
    ["outputs", { clusterIds: ["c-1"] }, { ...UP, outputs: { account: "team-2" } }],
    ["tags", undefined, recordOf({ tags: { account: "team-2" } })],
  ])(
    "is refused with the token of another account than its %s record",
    async (_, owned, record) => {
      if (owned !== undefined) {
        owning(owned as never);
      }
      await expect(trace(account(), record)).rejects.toThrow(
        '"alice-dev" is in account team-2, and the token is for account team-1 (Acme)',
      );
    },
  );

  it("treats a missing cluster as deleted only in the recorded account", async () => {
    owning({ clusterIds: ["c-1"] });
    await expect(trace(account())).rejects.toThrow(
      /team-1 \(Acme\) does not have cluster c-1 .* does not record which account/,
    );
    const told = { ...UP, tags: { account: "team-1" } };
    expect(await trace(account(), told)).toMatchObject({ clusterIds: ["c-1"] });
  });
});

describe("a cluster, or an id, in the states of two stacks", () => {
  const others = async (name: string, owned: Parameters<typeof resourcesOwning>[1]) => {
    owning({ id: ID, clusterIds: ["c-1"] });
    owning(owned, name);
    const trace = { id: ID, clusterIds: ["c-1"], strays: [], foreign: [] };
    const found = await otherStacks(place.context(), UP.stack);
    return requireSoleOwner(place.context(), UP, trace, found);
  };

  it.each([
    ["the same cluster", { clusterIds: ["c-1"] }, /cluster c-1 is in the states of two stacks/],
    ["the same id", { id: ID, clusterIds: [] }, /id 7c7dc0f5\S+ is in the states of two stacks/],
  ])("prevents every deletion: %s", async (_, owned, message) => {
    const refusal = others("copy-dev", owned);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toMatchObject({
      fix: expect.stringContaining("pulumi stack rm copy-dev --force") as string,
    });
  });

  it("does not concern a stack with other clusters", async () => {
    await expect(others("bob-dev", { id: OTHER_ID, clusterIds: ["c-2"] })).resolves.toBeUndefined();
  });
});

describe("clusters that are not in the state", () => {
  it("are deleted and listed", async () => {
    const fake = account(cluster("stray", OURS), cluster("bob's", ["project:shop"]));
    const said: string[] = [];
    await deleteStrays(fake.asAccount(), [{ id: "stray", name: "alice-dev" }], (line) =>
      said.push(line),
    );
    expect(fake.deleteCluster.mock.calls).toEqual([["stray"]]);
    expect(said).toEqual(["deleting cluster alice-dev (stray), which a killed update left"]);
  });

  it("are found by their id when they appear late", async () => {
    const fake = account(cluster("c-1", OURS), cluster("late", OURS), cluster("no-id", NAMES));
    const seen = { clusterIds: ["c-1"], strays: [], foreign: [] };
    expect(await lateStrays(fake.asAccount(), { ...seen, id: ID })).toMatchObject([{ id: "late" }]);
    expect(await lateStrays(fake.asAccount(), seen)).toEqual([]);
  });

  it("are listed in the question", async () => {
    owning({ id: ID, account: "team-1", clusterIds: ["c-1"] });
    const ask = (...clusters: Cluster[]) =>
      questionWithStrays(place.context(), account(...clusters).asAccount(), UP, "Go?");
    expect(await ask(cluster("c-1", OURS))).toBe("Go?");
    expect(await ask(cluster("c-1", OURS), cluster("stray", OURS))).toBe(
      "A killed update left cluster stray (stray), which will be deleted too.\nGo?",
    );
  });
});

describe("waiting until all is gone", () => {
  const TRACE = { id: ID, clusterIds: ["c-1"], strays: [], foreign: [] };
  const UNTIL_DONE = new AbortController().signal;
  let pause: jest.SpyInstance;
  beforeEach(() => {
    pause = jest.spyOn(timers, "setTimeout");
  });
  afterEach(() => {
    pause.mockRestore();
    jest.useRealTimers();
  });

  it("ends when all are gone", async () => {
    const fake = account(cluster("c-1", OURS));
    pause.mockImplementation(() => {
      fake.all = [];
      return Promise.resolve();
    });
    expect(await untilGone(fake.asAccount(), TRACE, UNTIL_DONE)).toEqual([]);
    expect(pause).toHaveBeenCalledTimes(1);
  });

  it("ends after ten minutes with the remaining resources", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
    const fake = account(cluster("c-1", OURS));
    pause.mockImplementation((ms: number) => {
      jest.setSystemTime(Date.now() + ms);
      return Promise.resolve();
    });
    const started = Date.now();
    expect(await untilGone(fake.asAccount(), TRACE, UNTIL_DONE)).toMatchObject([
      { kind: "clusters", id: "c-1" },
    ]);
    expect(Date.now() - started).toBeGreaterThan(600_000);
    expect(Date.now() - started).toBeLessThan(610_000);
  });

  it("ends at once with its signal: at Ctrl-C, and when the reaper's time for one is over", async () => {
    const abort = new AbortController();
    const fake = account(cluster("c-1", OURS));
    const waiting = untilGone(fake.asAccount(), TRACE, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
