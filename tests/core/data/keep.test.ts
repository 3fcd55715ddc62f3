import { type FoundVolume, type KeepFacts, planKeeping } from "../../../core/data/keep";
import { restoredName } from "../../../core/data/kept-claim";

const VOLUME: FoundVolume = {
  name: "pvc-1",
  storageClass: "do-block-storage-xfs",
  volumeMode: "Filesystem",
  driver: "dobs.csi.digitalocean.com",
  handle: "v-1",
  fsType: "xfs",
};
const CLAIM = {
  name: "data-db-0",
  namespace: "alice-dev",
  volumeName: "pvc-1",
  isEphemeral: false,
};
const ON_ACCOUNT = { id: "v-1", name: "pvc-1", isAttached: true, snapshots: 0 };
const KEPT = {
  kind: "snapshot",
  id: "s-1",
  name: "alice-dev-data-db-0-3",
  claim: "data-db-0",
  number: 3,
  volumeId: "v-0",
  storageClass: "do-block-storage-xfs",
  fsType: "xfs",
  volumeMode: "Filesystem",
  wasUsed: true,
  giB: 5,
  billedGiB: 0.5,
  regions: ["fra1"],
  createdAt: "2026-11-23T12:00:00Z",
} as const;
const plan = (changes: Partial<KeepFacts> = {}) =>
  planKeeping({
    stack: "alice-dev",
    namespace: "alice-dev",
    settings: { keep: "snapshot", claims: {} },
    claims: [CLAIM],
    volumes: [VOLUME],
    pods: [{ name: "db-0", claims: ["data-db-0"], owner: { kind: "StatefulSet", name: "db" } }],
    account: [ON_ACCOUNT],
    kept: [],
    isOwn: true,
    ...changes,
  });
const messages = (changes: Partial<KeepFacts>) =>
  plan(changes).faults.map(({ message }) => message);

describe("planKeeping", () => {
  it("keeps every claim with a volume, and stops what uses it", () => {
    expect(plan()).toEqual({
      claims: [
        {
          claim: "data-db-0",
          keep: "snapshot",
          storageClass: "do-block-storage-xfs",
          volumeMode: "Filesystem",
          fsType: "xfs",
          wasUsed: true,
          volumeId: "v-1",
          number: 1,
        },
      ],
      owners: [{ kind: "StatefulSet", name: "db" }],
      faults: [],
    });
  });

  it.each([
    ["has no volume yet", { claims: [{ ...CLAIM, volumeName: undefined }] }],
    ["is deleted with its pod", { claims: [{ ...CLAIM, isEphemeral: true }] }],
    ["has the setting none", { settings: { keep: "none", claims: {} } }],
    [
      "has its own setting none",
      { settings: { keep: "snapshot", claims: { "data-db-0": "none" } } },
    ],
  ] as const)("skips a claim that %s, and stops no workload for it", (_, changes) => {
    expect(plan(changes as Partial<KeepFacts>)).toEqual({ claims: [], owners: [], faults: [] });
  });

  it("keeps a single claim where the default is none", () => {
    const settings = { keep: "none", claims: { "data-db-0": "snapshot" } } as const;
    expect(plan({ settings }).claims).toHaveLength(1);
  });

  it("keeps the volume itself, even if it has 25 snapshots", () => {
    const settings = { keep: "snapshot", claims: { "data-db-0": "volume" } } as const;
    const account = [{ ...ON_ACCOUNT, snapshots: 25 }];
    expect(plan({ settings, account }).claims).toMatchObject([{ keep: "volume", number: 1 }]);
  });

  it.each([
    [
      "with the setting volume on a shared cluster",
      { settings: { keep: "volume", claims: {} }, isOwn: false },
      "a shared cluster deletes volumes with the environment's namespace",
    ],
    [
      "of another driver",
      { volumes: [{ ...VOLUME, driver: "nfs.example.com" }] },
      "the driver of its volume is nfs.example.com",
    ],
    [
      "without a driver",
      { volumes: [{ ...VOLUME, driver: undefined, handle: undefined }] },
      "no driver with snapshots",
    ],
    ["whose volume is gone", { account: [] }, "DigitalOcean does not list its volume"],
    [
      "in another namespace",
      { claims: [{ ...CLAIM, namespace: "tools" }] },
      "it is in namespace tools",
    ],
    [
      "whose volume has the maximum number of snapshots",
      { account: [{ ...ON_ACCOUNT, snapshots: 25 }] },
      "its volume has 25 snapshots, but DigitalOcean allows 25",
    ],
    [
      "that got an empty volume instead of its kept data",
      { kept: [KEPT] },
      "snapshot alice-dev-data-db-0-3 has the data of the last sleep, but its volume pvc-1 was not created from that",
    ],
  ])("refuses a claim %s", (_, changes, message) => {
    expect(messages(changes as unknown as Partial<KeepFacts>)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it("continues the numbering for a volume that was created from the newest snapshot", () => {
    const name = restoredName("alice-dev", "data-db-0", "s-1");
    const account = [{ ...ON_ACCOUNT, name, isAttached: false }];
    expect(plan({ account, kept: [KEPT] }).claims).toMatchObject([{ number: 4, wasUsed: true }]);
  });

  it.each([
    ["a DaemonSet", { kind: "DaemonSet", name: "agent" }, "owned by DaemonSet/agent"],
    ["an operator", { kind: "Postgres", name: "main" }, "owned by Postgres/main"],
    ["no controller", undefined, "owned by no controller"],
  ])(
    "refuses a pod that is owned by %s, which it cannot stop and start again",
    (_, owner, message) => {
      const pods = [{ name: "p", claims: ["data-db-0"], ...(owner && { owner }) }];
      expect(messages({ pods })).toEqual([expect.stringContaining(message)]);
    },
  );

  it("reports all faults at once", () => {
    const other = { ...CLAIM, name: "cache", namespace: "tools" };
    expect(messages({ claims: [CLAIM, other], account: [] })).toHaveLength(2);
  });
});
