import {
  billedIn,
  isKeptVolume,
  keepsTag,
  keptClaimOf,
  keptClaimsIn,
  keptTags,
  restoredName,
  snapshotName,
  usdPerMonthOf,
} from "../../../core/data/kept-claim";

const PLACE = {
  project: "shop",
  stack: "alice-dev",
  dataId: "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44",
};
const VOLUME = {
  claim: "data.v2-db-0",
  storageClass: "acme.com-fast",
  fsType: "xfs",
  volumeMode: "Block",
  wasUsed: true,
} as const;
const listed = (tags: readonly string[]) => ({
  id: "s-1",
  name: "snapshot",
  resource_id: "v-1",
  min_disk_size: 5,
  size_gigabytes: 0.5,
  regions: ["fra1"],
  created_at: "2026-11-23T12:00:00Z",
  tags,
});

test("a snapshot's tags describe its claim completely, and are valid in DigitalOcean", () => {
  const tags = keptTags(PLACE, VOLUME, 7);
  expect(keptClaimOf(listed(tags))).toEqual({
    ...VOLUME,
    kind: "snapshot",
    id: "s-1",
    name: "snapshot",
    number: 7,
    volumeId: "v-1",
    giB: 5,
    billedGiB: 0.5,
    regions: ["fra1"],
    createdAt: "2026-11-23T12:00:00Z",
  });
  for (const tag of tags) {
    expect(tag).toMatch(/^[a-zA-Z0-9_:-]{1,255}$/);
  }
});

test("another owner's snapshot, or one without a claim, does not belong to an environment", () => {
  const another = keptTags({ ...PLACE, dataId: "another" }, VOLUME, 1);
  const bare = [`data:${PLACE.dataId}`];
  const own = keptTags(PLACE, VOLUME, 1);
  const snapshots = [another, bare, own].map(listed);
  expect(keptClaimsIn(snapshots, PLACE.dataId)).toHaveLength(1);
});

test("a volume keeps a claim as long as it has the tag for that", () => {
  const { resource_id: _, min_disk_size: __, regions: ___, ...rest } = listed([]);
  const volume = { ...rest, size_gigabytes: 5, region: { slug: "fra1" } };
  const made = keptTags(PLACE, { ...VOLUME, wasUsed: false }, 0);
  const tags = [...made, "used:true", keepsTag(3)];
  expect(keptClaimOf({ ...volume, tags })).toMatchObject({
    ...VOLUME,
    ...{ kind: "volume", number: 3, volumeId: "s-1", giB: 5, billedGiB: 5, regions: ["fra1"] },
  });
  expect(keptClaimOf({ ...volume, tags: made })).toBeUndefined();
  expect([isKeptVolume({ tags }), isKeptVolume({ tags: made })]).toEqual([true, false]);
});

test("a volume that was created for a claim is billed as a copy until a cluster has it", () => {
  const { resource_id: _, min_disk_size: __, regions: ___, ...rest } = listed([]);
  const made = { ...VOLUME, claim: "data.db" };
  const volume = { ...rest, size_gigabytes: 5, region: { slug: "fra1" } };
  const tags = keptTags(PLACE, made, 0);
  const copy = { kind: "copy", id: rest.id, name: rest.name, claim: "data.db", billedGiB: 5 };
  const billed = [
    { ...volume, tags, droplet_ids: [] },
    { ...volume, tags, droplet_ids: [7] },
    { ...volume, tags: [...tags, "k8s:c-1"], droplet_ids: [] },
    { ...volume, tags: keptTags({ ...PLACE, dataId: "another" }, made, 0) },
    { ...volume, tags: [...tags, keepsTag(2)] },
    { ...listed([]), tags: keptTags(PLACE, made, 1) },
  ];
  expect(billedIn(billed, PLACE.dataId)).toMatchObject([
    copy,
    { kind: "volume", number: 2 },
    { kind: "snapshot", number: 1 },
  ]);
});

test("names of snapshots and volumes are valid in DigitalOcean, and differ", () => {
  const long = "x".repeat(80);
  const names = [
    snapshotName("alice-dev", "data-db-0", 1),
    snapshotName("alice-dev", "data.v2", 1),
    snapshotName(long, long, 12),
    restoredName("alice-dev", "data-db-0", "s-1"),
    restoredName("alice-dev", "data-db-0", "s-2"),
    restoredName("alice", "dev-data-db-0", "s-1"),
    restoredName(long, long, "s-1"),
  ];
  expect(names[0]).toBe("alice-dev-data-db-0-1");
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) {
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,63}$/);
  }
});

test.each([
  ["snapshot", 0, 0.01],
  ["snapshot", 0.1, 0.01],
  ["snapshot", 10, 0.6],
  ["volume", 10, 1],
  ["copy", 10, 1],
] as const)("a %s of %d GiB costs %d USD a month", (kind, giB, usd) => {
  expect(usdPerMonthOf({ kind, billedGiB: giB })).toBeCloseTo(usd);
});
