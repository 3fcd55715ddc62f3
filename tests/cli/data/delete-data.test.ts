import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { deleteData } from "../../../cli/data/delete-data";
import { discardSpent } from "../../../cli/data/restore-data";
import {
  type ClaimVolume,
  claimTags,
  dataTag,
  type KeptClaim,
  keepsTag,
} from "../../../core/data/kept-claim";
import { NOTHING_TO_RESTORE } from "../../../core/data/restore";

// Claim: what is deleted of an environment's data is its own, and in nobody's use.

const OWN = [dataTag("data-of-alice")];
const OTHERS = [dataTag("data-of-bob")];
const VOLUMES = [
  { id: "left", tags: OWN, droplet_ids: [] },
  { id: "kept itself", tags: [...OWN, keepsTag(1)], droplet_ids: [] },
  { id: "in use", tags: OWN, droplet_ids: [7] },
  { id: "bob's", tags: OTHERS, droplet_ids: [] },
  { id: "somebody's", tags: null, droplet_ids: [] },
];
const SNAPSHOTS = [
  { id: "kept", tags: OWN },
  { id: "bob's kept", tags: OTHERS },
  { id: "somebody's kept", tags: null },
];

/** What is deleted in an account with all of these, in this order. */
async function deleted(
  data: Parameters<typeof deleteData>[1],
  { volumes, snapshots }: { volumes: readonly object[]; snapshots: readonly object[] } = {
    volumes: VOLUMES,
    snapshots: SNAPSHOTS,
  },
): Promise<string[]> {
  const ids: string[] = [];
  const account = {
    volumes: () => Promise.resolve(volumes),
    volumeSnapshots: () => Promise.resolve(snapshots),
    deleteThing: (_: string, id: string) => Promise.resolve(void ids.push(id)),
  };
  await deleteData(account as unknown as DigitalOcean, data);
  return ids;
}

it("consists of the environment's snapshots and its volumes that no node has attached", async () => {
  expect(await deleted({ dataId: "data-of-alice" })).toEqual(["kept", "left", "kept itself"]);
});

it("does not delete snapshots and kept volumes that are to be kept", async () => {
  expect(await deleted({ dataId: "data-of-alice", keepsData: true })).toEqual(["left"]);
});

it("is empty for an environment without data", async () => {
  expect(await deleted({})).toEqual([]);
});

describe("the newest keeper of a claim", () => {
  const claim: ClaimVolume = {
    ...{ claim: "data-db-0", storageClass: "do-block-storage", fsType: "ext4" },
    ...{ volumeMode: "Filesystem", wasUsed: true },
  };
  const region = { slug: "fra1" };

  it("is deleted last, so that a later wake does not restore older content", async () => {
    const volumes = [
      {
        id: "second",
        tags: [...OWN, ...claimTags(claim, 0), keepsTag(2)],
        droplet_ids: [],
        region,
      },
      { id: "restored", tags: [...OWN, ...claimTags(claim, 0)], droplet_ids: [], region },
    ];
    const snapshots = [
      { id: "third", tags: [...OWN, ...claimTags(claim, 3)], min_disk_size: 1 },
      { id: "first", tags: [...OWN, ...claimTags(claim, 1)], min_disk_size: 1 },
    ];
    expect(await deleted({ dataId: "data-of-alice" }, { volumes, snapshots })).toEqual([
      ...["restored", "first", "second", "third"],
    ]);
  });

  it("is released after all older ones once its claim has the data again", async () => {
    const calls: string[] = [];
    const account = {
      deleteThing: (_: string, id: string) => Promise.resolve(void calls.push(`delete ${id}`)),
      untag: (_: string, [id]: string[]) => Promise.resolve(void calls.push(`release ${id}`)),
    } as unknown as DigitalOcean;
    const kept = (id: string, kind: KeptClaim["kind"]) => ({ id, kind, number: 1 }) as KeptClaim;
    await discardSpent(account, {
      ...NOTHING_TO_RESTORE,
      spent: [kept("older", "snapshot"), kept("newer", "volume")],
      released: [kept("own", "volume")],
    });
    expect(calls).toEqual(["delete older", "delete newer", "release own"]);
  });
});
