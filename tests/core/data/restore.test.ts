import { type KeptClaim, restoredName } from "../../../core/data/kept-claim";
import { handedOver, planRestore, type RestoreFacts } from "../../../core/data/restore";
import type { NamedClaim } from "../../../core/manifests/named-claims";

const kept = (changes: Partial<KeptClaim> = {}): KeptClaim => ({
  kind: "snapshot",
  id: "s-1",
  name: "alice-dev-data-db-0-1",
  claim: "data-db-0",
  number: 1,
  volumeId: "v-1",
  storageClass: "do-block-storage",
  fsType: "ext4",
  volumeMode: "Filesystem",
  wasUsed: true,
  giB: 5,
  billedGiB: 0.5,
  regions: ["fra1"],
  createdAt: "2026-11-23T12:00:00Z",
  ...changes,
});
const wanted = (changes: Partial<NamedClaim> = {}): NamedClaim => ({
  name: "data-db-0",
  giB: 5,
  volumeMode: "Filesystem",
  accessModes: ["ReadWriteOnce"],
  ...changes,
});
const plan = (changes: Partial<RestoreFacts> = {}) =>
  planRestore({
    stack: "alice-dev",
    kept: [kept()],
    missing: [],
    seeds: [],
    wanted: [wanted()],
    present: [],
    region: "fra1",
    ...changes,
  });

const NAME = restoredName("alice-dev", "data-db-0", "s-1");

describe("planRestore", () => {
  it("forgets what is missing and not in the tree, or in no cluster any more", () => {
    const missing = ["left", "lost", "there"];
    const { forgotten } = plan({
      missing,
      wanted: [wanted({ name: "lost" }), wanted({ name: "there" })],
      present: [{ name: "left" }, { name: "there" }],
    });
    expect(forgotten).toEqual(["left", "lost"]);
  });

  it("creates a volume with all properties of the original from a claim's snapshot", () => {
    expect(plan()).toEqual({
      restored: [
        {
          claim: "data-db-0",
          name: NAME,
          region: "fra1",
          source: { kind: "snapshot", id: "s-1", giB: 5 },
          giB: 5,
          storageClass: "do-block-storage",
          fsType: "ext4",
          volumeMode: "Filesystem",
          wasUsed: true,
          accessModes: ["ReadWriteOnce"],
        },
      ],
      unclaimed: [],
      spent: [kept()],
      inPlace: [],
      released: [],
      forgotten: [],
      faults: [],
    });
  });

  it.each([
    [10, 10],
    [1, 5],
  ])("gives a claim that now requests %d GiB a volume of %d", (giB, size) => {
    expect(plan({ wanted: [wanted({ giB })] }).restored).toMatchObject([{ giB: size }]);
  });

  it("uses the newest of several snapshots, and lists the others as obsolete", () => {
    const newest = kept({ id: "s-3", number: 10 });
    const all = [kept(), newest, kept({ id: "s-2", number: 9 })];
    const { restored, spent } = plan({ kept: all });
    expect(restored).toMatchObject([{ source: { id: "s-3" } }]);
    expect(spent.map(({ id }) => id)).toEqual(["s-1", "s-2", "s-3"]);
  });

  it("keeps the snapshot of a claim that the tree does not have", () => {
    expect(plan({ wanted: [wanted({ name: "renamed" })] })).toEqual({
      restored: [],
      unclaimed: [kept()],
      spent: [],
      inPlace: [],
      released: [],
      forgotten: [],
      faults: [],
    });
  });

  it.each([
    ["the region", { region: "nyc3" }, "the cluster is in nyc3", "--set region=fra1"],
    ["the mode", { wanted: [wanted({ volumeMode: "Block" })] }, "requests Block", "volumeMode"],
    [
      "the class",
      { wanted: [wanted({ storageClass: "do-block-storage-xfs" })] },
      "requests do-block-storage-xfs",
      "storageClassName: do-block-storage",
    ],
  ])("refuses when %s has changed, and does not restore that claim", (_, changes, message, fix) => {
    const { faults, restored, spent } = plan(changes);
    expect(faults).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      }),
    ]);
    expect([restored, spent]).toEqual([[], []]);
  });

  it("makes the same plan for a claim that already has its restored volume", () => {
    const present = [{ name: "data-db-0", volumeName: NAME, volumeId: "v-2" }];
    expect(plan({ present })).toEqual(plan());
  });

  it("does not restore a claim that still has its original volume", () => {
    const present = [{ name: "data-db-0", volumeName: "pvc-1", volumeId: "v-1" }];
    expect(plan({ present })).toEqual({
      ...{
        restored: [],
        unclaimed: [],
        spent: [kept()],
        inPlace: [{ claim: "data-db-0", volumeId: "v-1" }],
        released: [],
        forgotten: [],
        faults: [],
      },
    });
  });

  it.each([
    ["another volume", { volumeName: "pvc-9", volumeId: "v-9" }, "has another volume, pvc-9"],
    ["no volume yet", {}, "has no volume yet"],
  ])("refuses when the claim has %s, with the command that fixes it", (_, volume, message) => {
    const { faults, spent } = plan({ present: [{ name: "data-db-0", ...volume }] });
    expect(faults).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(message),
        fix: expect.stringContaining("kubectl delete pvc data-db-0"),
      }),
    ]);
    expect(spent).toEqual([]);
  });
});

describe("a volume that was kept itself", () => {
  const volume = kept({ kind: "volume", id: "v-1", number: 2 });
  const name = restoredName("alice-dev", "data-db-0", "v-1");

  it("is used by the claim again, and makes earlier copies obsolete", () => {
    const older = kept({ kind: "volume", id: "v-0", volumeId: "v-0" });
    expect(plan({ kept: [older, volume, kept({ id: "s-0", number: 0 })] })).toMatchObject({
      restored: [{ name, source: { kind: "volume", id: "v-1", giB: 5 } }],
      spent: [{ id: "s-0" }, { id: "v-0" }],
      released: [{ id: "v-1" }],
    });
  });

  it("is released when the claim still has it, also with a newer snapshot", () => {
    const present = [{ name: "data-db-0", volumeName: "pvc-1", volumeId: "v-1" }];
    for (const newer of [[], [kept({ id: "s-3", number: 3 })]]) {
      expect(plan({ kept: [volume, ...newer], present })).toMatchObject({
        restored: [],
        spent: newer,
        released: [volume],
      });
    }
  });

  it("is refused in another region", () => {
    const { faults, released } = plan({ kept: [volume], region: "nyc3" });
    expect(faults).toMatchObject([{ message: expect.stringContaining("a volume cannot move") }]);
    expect(released).toEqual([]);
  });
});

describe("a seed", () => {
  const seed = kept({ id: "seed-1", name: "shop-small-data-db-0-1" });
  const name = restoredName("alice-dev", "data-db-0", "seed-1");

  it("gives a claim its content, and is kept", () => {
    expect(plan({ kept: [], seeds: [seed] })).toMatchObject({
      restored: [{ claim: "data-db-0", source: { id: "seed-1" }, name }],
      spent: [],
    });
  });

  it("is not used for a claim with kept data of its own", () => {
    expect(plan({ seeds: [seed] }).restored).toMatchObject([{ source: { id: "s-1" } }]);
  });

  it("skips a claim that has its volume, and continues an unfinished one", () => {
    const own = [{ name: "data-db-0", volumeName: "pvc-1", volumeId: "v-1" }];
    const begun = [{ name: "data-db-0", volumeName: name, volumeId: "v-2" }];
    expect(plan({ kept: [], seeds: [seed], present: own }).restored).toEqual([]);
    expect(plan({ kept: [], seeds: [seed], present: begun }).restored).toHaveLength(1);
  });

  it("in another region is refused", () => {
    const { faults } = plan({ kept: [], seeds: [seed], region: "nyc3" });
    expect(faults).toHaveLength(1);
  });
});

test("plain pulumi passes nothing", () => {
  expect(handedOver({})).toBeUndefined();
  expect(handedOver({ DOKS_ENV_RESTORED: "[]" })).toEqual([]);
});
