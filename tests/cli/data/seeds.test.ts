import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { deleteSeeds, saveSeed } from "../../../cli/data/seeds";
import type { StackRecord } from "../../../cli/stacks/record";
import type { Context } from "../../../cli/terminal/context";
import { type Seed, seedTags } from "../../../core/data/seed";

let mockFacts: object | undefined;
let mockOrder: string[];
let mockFails: string | undefined;

function mockStep(name: string): Promise<void> {
  mockOrder.push(name);
  return mockFails === name ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve();
}
jest.mock("../../../cli/data/claim-facts", () => ({
  ...jest.requireActual<object>("../../../cli/data/claim-facts"),
  readClaims: () => Promise.resolve(mockFacts),
}));
jest.mock("../../../cli/data/quiesce", () => ({
  quiesce: () => mockStep("quiesce"),
  resume: () => mockStep("resume"),
}));
jest.mock("../../../cli/stacks/stack-tags", () => ({
  writeTags: (...[, , { stopped }]: [unknown, unknown, { stopped: string | null }]) =>
    mockStep(stopped === null ? "unmark" : "mark"),
}));

const CONTEXT = {
  project: { name: "shop" },
  now: () => new Date("2026-11-23T12:00:00Z"),
  signal: new AbortController().signal,
} as unknown as Context;
const RECORD = { stack: "alice-dev", tags: {} } as StackRecord;
const VOLUME = {
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
} as const;
const listed = (claim: string, version: number, tags: readonly string[]) => ({
  ...{ id: `${claim}-${version}`, name: `shop-small-${claim}-${version}`, resource_id: claim },
  ...{ min_disk_size: 5, size_gigabytes: 0.5, regions: ["fra1"] },
  created_at: "2026-11-23T11:00:00Z",
  tags,
});
const older = listed(
  "db",
  1,
  seedTags("shop", { name: "shop-small", version: 1, size: 1 }, { ...VOLUME, claim: "db" }),
);

const account = {
  takeVolumeSnapshot: (volumeId: string, name: string, tags: readonly string[]) =>
    mockStep(`take ${name}`).then(() => listed(volumeId, 2, tags)),
  deleteThing: (_: string, id: string) => mockStep(`delete ${id}`),
  tagUses: (tag: string) => Promise.resolve(tag === "seed:shop-small" ? 1 : 0),
} as unknown as DigitalOcean;

function facts(changes: object = {}) {
  const names = ["db", "files"];
  return {
    ...{ stack: "alice-dev", namespace: "alice-dev", pods: [] },
    home: { objects: {}, clusterId: "c-1", namespace: "alice-dev", isOwn: true },
    claims: names.map((name) => ({
      ...{ name, namespace: "alice-dev", volumeName: `pvc-${name}`, isEphemeral: false },
    })),
    volumes: names.map((name) => ({
      ...VOLUME,
      ...{ name: `pvc-${name}`, driver: "dobs.csi.digitalocean.com", handle: name },
    })),
    account: names.map((id) => ({ id, name: id, isAttached: true, snapshots: 0 })),
    snapshots: [older],
    ...changes,
  };
}

beforeEach(() => {
  mockFacts = facts();
  mockOrder = [];
  mockFails = undefined;
});

const save = (only?: readonly string[]) => saveSeed(CONTEXT, account, RECORD, "shop-small", only);

it("saves all claims as one version, starts the pods again, and only then deletes the older one", async () => {
  expect(await save()).toMatchObject({ name: "shop-small", version: 2, isComplete: true });
  expect(mockOrder).toEqual([
    "mark",
    "quiesce",
    "take shop-small-db-2",
    "take shop-small-files-2",
    "resume",
    "unmark",
    "delete db-1",
  ]);
});

it("saves single claims", async () => {
  const { snapshots } = await save(["files"]);
  expect(snapshots.map(({ claim }) => claim)).toEqual(["files"]);
});

it.each(["quiesce", "take shop-small-db-2"])(
  "leaves the older one when the step %s fails",
  async (step) => {
    mockFails = step;
    await expect(save()).rejects.toThrow(`no ${step}`);
    expect(mockOrder).toEqual(expect.arrayContaining(["resume", "unmark"]));
    expect(mockOrder).not.toContain("delete db-1");
  },
);

it.each([
  ["has no cluster", () => undefined, undefined, '"alice-dev" has no volume with data'],
  ["lacks a claim that is named", () => facts(), ["nodb"], '"alice-dev" has no claim nodb'],
  [
    "has a claim that cannot be saved",
    () => facts({ account: [] }),
    undefined,
    "DigitalOcean does not list its volume",
  ],
])("changes nothing when the environment %s", async (_, arrange, only, message) => {
  mockFacts = arrange();
  await expect(save(only)).rejects.toThrow(message);
  expect(mockOrder).toEqual([]);
});

it("changes nothing when lists lack its older version, whose number the new one would have", async () => {
  mockFacts = facts({ snapshots: [] });
  await expect(save()).rejects.toThrow("counts 1 resource with the tag seed:shop-small");
  expect(mockOrder).toEqual([]);
});

it("changes nothing when a teardown of the environment did not end", async () => {
  const record = { ...RECORD, tags: { going: "2026-11-23T11:00:00Z" } };
  await expect(saveSeed(CONTEXT, account, record, "shop-small")).rejects.toThrow(
    'a teardown of "alice-dev" did not finish',
  );
  expect(mockOrder).toEqual([]);
});

it("deletes the newest version last, so that no older one is in force again meanwhile", async () => {
  const snapshotOf = (id: string) => ({ id }) as Seed["snapshots"][number];
  const seed = (version: number) => ({
    ...{ name: "shop-small", version, isComplete: true },
    snapshots: [snapshotOf(`db-${version}`), snapshotOf(`files-${version}`)],
  });
  await deleteSeeds(account, [seed(3), seed(2)]);
  expect(mockOrder).toEqual(["delete db-2", "delete files-2", "delete db-3", "delete files-3"]);
});
