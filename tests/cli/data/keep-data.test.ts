import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { DigitalOceanError } from "../../../cli/account/digitalocean-error";
import { type Keeping, keepData, keptNow } from "../../../cli/data/keep-data";
import type { Context } from "../../../cli/terminal/context";
import type { KeptClaim } from "../../../core/data/kept-claim";
import { keptTags } from "../../../core/data/kept-claim";

let mockQuiesce: jest.Mock;
let mockResume: jest.Mock;
jest.mock("../../../cli/data/quiesce", () => ({
  quiesce: () => mockQuiesce(),
  resume: () => mockResume(),
}));
jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const CONTEXT = {
  project: { name: "shop" },
  signal: new AbortController().signal,
} as unknown as Context;
const CLAIM = {
  claim: "data-db-0",
  keep: "snapshot",
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
  volumeId: "v-1",
  number: 2,
} as const;
const listed = (id: string, number: number, created_at = "2026-11-23T12:00:00Z") => ({
  ...{ id, name: `alice-dev-data-db-0-${number}`, resource_id: "v-1", created_at },
  ...{ min_disk_size: 5, size_gigabytes: 0.5, regions: ["fra1"] },
  tags: keptTags({ project: "shop", stack: "alice-dev", dataId: "d-1" }, CLAIM, number),
});
const EARLIER = {
  kind: "snapshot",
  id: "s-1",
  volumeId: "v-1",
  number: 1,
  createdAt: "2026-11-23T12:00:00Z",
};
const keeping = (kept: readonly object[] = []) =>
  ({
    ...{ dataId: "d-1", owners: [], faults: [], kept },
    facts: {
      ...{ claims: [], volumes: [] },
      home: { objects: {}, clusterId: "c-1", namespace: "alice-dev", isOwn: true },
    },
    claims: [CLAIM],
  }) as unknown as Keeping;

const takeVolumeSnapshot = jest.fn();
const volumeActions = jest.fn();
const volumeSnapshots = jest.fn();
const thing = jest.fn();
const account = {
  takeVolumeSnapshot,
  volumeActions,
  volumeSnapshots,
  volumes: () => Promise.resolve([]),
  thing,
} as unknown as DigitalOcean;

beforeEach(() => {
  jest.resetAllMocks();
  mockQuiesce = jest.fn(() => Promise.resolve());
  mockResume = jest.fn(() => Promise.resolve());
  takeVolumeSnapshot.mockResolvedValue(listed("s-2", 2));
  volumeActions.mockResolvedValue([]);
});

const keep = (kept?: readonly object[]) => keepData(CONTEXT, account, "alice-dev", keeping(kept));

describe("keepData", () => {
  it("takes a snapshot of each claim, with all that a wake has to know in its tags", async () => {
    expect(await keep()).toMatchObject([{ id: "s-2", claim: "data-db-0", number: 2 }]);
    expect(takeVolumeSnapshot).toHaveBeenCalledWith(
      "v-1",
      "alice-dev-data-db-0-2",
      expect.arrayContaining(["project:shop", "stack:alice-dev", "data:d-1", "claim:data-db-0"]),
    );
  });

  it("takes none when a sleep that was killed has taken it, and no node has had the volume since", async () => {
    volumeActions.mockResolvedValue([
      { type: "attach_volume", started_at: "2026-11-23T11:00:00Z" },
      { type: "detach_volume", started_at: "2026-11-23T12:00:00Z" },
    ]);
    expect(await keep([EARLIER])).toEqual([EARLIER]);
    expect(takeVolumeSnapshot).not.toHaveBeenCalled();
  });

  it.each([
    ["has had the volume since", [{ type: "attach_volume", started_at: "2026-11-23T12:00:00Z" }]],
    ["still had it then", [{ type: "detach_volume", started_at: "2026-11-23T12:00:01Z" }]],
    [
      "has had it since, in DigitalOcean's other words",
      [{ type: "attach", started_at: "2026-11-23T13:00:00Z" }],
    ],
  ])("takes another one when a node %s", async (_, actions) => {
    volumeActions.mockResolvedValue(actions);
    expect(await keep([EARLIER])).toMatchObject([{ id: "s-2" }]);
  });

  it("waits while DigitalOcean takes no second snapshot of a volume so soon", async () => {
    const tooSoon = new DigitalOceanError("too soon", "wait", { status: 429 });
    takeVolumeSnapshot.mockRejectedValueOnce(tooSoon).mockResolvedValueOnce(listed("s-2", 2));
    expect(await keep()).toMatchObject([{ id: "s-2" }]);
  });

  it("does not wait for a limit of requests that resets later than a command waits", async () => {
    const used = new DigitalOceanError("used up", "wait", { status: 429, isLimit: true });
    takeVolumeSnapshot.mockRejectedValueOnce(used).mockResolvedValueOnce(listed("s-2", 2));
    await expect(keep()).rejects.toThrow("used up");
  });

  it.each([
    ["the pods do not stop", () => mockQuiesce.mockRejectedValue(new Error("no"))],
    ["no snapshot is taken", () => takeVolumeSnapshot.mockRejectedValue(new Error("no"))],
    [
      "a snapshot lacks its tags",
      () => takeVolumeSnapshot.mockResolvedValue({ ...listed("s-2", 2), tags: [] }),
    ],
  ])("starts again what it has stopped when %s", async (_, arrange) => {
    arrange();
    await expect(keep()).rejects.toThrow();
    expect(mockResume).toHaveBeenCalledTimes(1);
  });
});

it("lets go of volumes that were kept themselves only when their claims have them, and are kept otherwise", async () => {
  const untag = jest.fn(() => Promise.resolve());
  Object.assign(account, { untag });
  const volume = (id: string) => ({ ...EARLIER, kind: "volume", id, volumeId: id });
  const its = keeping([volume("v-1"), volume("waits for its claim")]);
  Object.assign(its.facts, {
    volumes: [
      { name: "pv-1", handle: "v-1" },
      { name: "pv-2", handle: "waits for its claim" },
    ],
    claims: [{ name: CLAIM.claim, volumeName: "pv-1" }],
  });
  await keepData(CONTEXT, account, "alice-dev", its);
  expect(untag.mock.calls).toEqual([["volume", ["v-1"], "keeps:1"]]);
});

describe("keptNow", () => {
  const record = { stack: "alice-dev", tags: { data: "d-1" } };

  it("lists what DigitalOcean has of it now", async () => {
    volumeSnapshots.mockResolvedValue([listed("s-2", 2), { ...listed("s-9", 1), tags: [] }]);
    expect(await keptNow(account, record, [])).toMatchObject([{ id: "s-2" }]);
    expect(await keptNow(account, { ...record, tags: {} }, [])).toEqual([]);
  });

  const expected = [{ kind: "snapshot", id: "s-2", name: "alice-dev-data-db-0-2" }] as KeptClaim[];

  it("has what exists and is not listed yet", async () => {
    volumeSnapshots.mockResolvedValue([]);
    thing.mockResolvedValue(listed("s-2", 2));
    expect(await keptNow(account, record, expected)).toEqual(expected);
    expect(thing.mock.calls).toEqual([["volume snapshot", "s-2"]]);
  });

  it("fails when a snapshot has gone with the cluster", async () => {
    volumeSnapshots.mockResolvedValue([]);
    thing.mockResolvedValue(undefined);
    await expect(keptNow(account, record, expected)).rejects.toThrow(
      'no longer has these resources, which keep data of "alice-dev": snapshot alice-dev-data-db-0-2 (s-2)',
    );
  });
});
