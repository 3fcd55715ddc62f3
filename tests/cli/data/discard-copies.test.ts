import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { discardCopies, discardUnclaimed } from "../../../cli/data/discard-copies";
import type { Context } from "../../../cli/terminal/context";
import { keepsTag, keptTags } from "../../../core/data/kept-claim";
import { recordOf } from "../support/records";

// Claim: an update that has come to its end leaves no volume of those before it that did not, and takes none that is needed.

let mockHandles: string[];
const mockRemoved: string[] = [];
jest.mock("../../../cli/shared-clusters/cluster-objects", () => ({
  ClusterObjects: {
    open: () =>
      Promise.resolve({
        list: () =>
          Promise.resolve(
            mockHandles.map((volumeHandle) => ({
              metadata: { name: `pv-${volumeHandle}` },
              spec: {
                claimRef: { namespace: "alice-dev" },
                csi: { driver: "dobs.csi.digitalocean.com", volumeHandle },
              },
              status: { phase: "Available" },
            })),
          ),
        remove: (path: string) => Promise.resolve(void mockRemoved.push(path)),
      }),
  },
}));

const CONTEXT = { signal: new AbortController().signal } as unknown as Context;
const CLAIM = {
  ...{ claim: "files", storageClass: "do-block-storage", fsType: "ext4", wasUsed: true },
  volumeMode: "Filesystem",
} as const;
const tagsOf = (dataId: string) =>
  keptTags({ project: "shop", stack: "alice-dev", dataId }, CLAIM, 0);
const OWN = tagsOf("d-1");
const VOLUMES = [
  { id: "left", tags: OWN, droplet_ids: [] },
  { id: "waits for its claim", tags: OWN, droplet_ids: [] },
  { id: "attached", tags: OWN, droplet_ids: [7] },
  { id: "was attached", tags: [...OWN, "k8s:c-1"], droplet_ids: [] },
  { id: "kept itself", tags: [...OWN, keepsTag(1)], droplet_ids: [] },
  { id: "bob's", tags: tagsOf("d-2"), droplet_ids: [] },
  { id: "somebody's", tags: null, droplet_ids: [] },
];

const LIVE = { hasResources: true, outputs: { clusterId: "c-1", namespace: "alice-dev" } };

async function discarded(tags: Readonly<Record<string, string>>): Promise<string[]> {
  const ids: string[] = [];
  const account = {
    volumes: () => Promise.resolve(VOLUMES),
    deleteThing: (_: string, id: string) => Promise.resolve(void ids.push(id)),
  } as unknown as DigitalOcean;
  await discardCopies(CONTEXT, account, recordOf({ ...LIVE, tags }));
  return ids;
}

it("deletes the volumes that no cluster has had, and that this one does not know", async () => {
  mockHandles = ["waits for its claim"];
  expect(await discarded({ data: "d-1" })).toEqual(["left"]);
});

it("deletes nothing of an environment that has neither slept nor started with a seed", async () => {
  mockHandles = [];
  expect(await discarded({})).toEqual([]);
});

it("deletes before an update what others have declared, and no claim of this one is to have", async () => {
  mockHandles = ["older", "now"];
  const account = {} as DigitalOcean;
  const restored = [{ name: "pv-now" }];
  await discardUnclaimed(CONTEXT, account, undefined, restored);
  await discardUnclaimed(CONTEXT, account, recordOf(LIVE), restored);
  expect(mockRemoved).toEqual([]);
  await discardUnclaimed(CONTEXT, account, recordOf({ ...LIVE, tags: { data: "d-1" } }), restored);
  expect(mockRemoved).toEqual(["/api/v1/persistentvolumes/pv-older"]);
});
