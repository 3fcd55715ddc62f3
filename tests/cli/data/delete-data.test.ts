import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { deleteData } from "../../../cli/data/delete-data";
import { dataTag, keepsTag } from "../../../core/data/kept-claim";

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

/** What is deleted in an account with all of these. */
async function deleted(data: Parameters<typeof deleteData>[1]): Promise<string[]> {
  const ids: string[] = [];
  const account = {
    volumes: () => Promise.resolve(VOLUMES),
    volumeSnapshots: () => Promise.resolve(SNAPSHOTS),
    deleteThing: (_: string, id: string) => Promise.resolve(void ids.push(id)),
  };
  await deleteData(account as unknown as DigitalOcean, data);
  return ids;
}

it("is the volumes that no node has, and the snapshots, of this environment alone", async () => {
  expect(await deleted({ dataId: "data-of-alice" })).toEqual(["left", "kept itself", "kept"]);
});

it("leaves the snapshots, and the volumes that are kept themselves, where they are to stay", async () => {
  expect(await deleted({ dataId: "data-of-alice", keepsData: true })).toEqual(["left"]);
});

it("is nothing of an environment that has no data", async () => {
  expect(await deleted({})).toEqual([]);
});
