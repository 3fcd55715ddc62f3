import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { spareData } from "../../../cli/data/spare-data";
import { PRODUCT_TAG } from "../../../core/digitalocean-tags";

const SNAPSHOTS = [
  { id: "own", tags: [PRODUCT_TAG, "data:d-1"] },
  { id: "seed", tags: [PRODUCT_TAG, "seed:shop-small"] },
  { id: "cluster's", tags: ["k8s:c-1"] },
];
const ids = (...names: string[]) => names.map((id) => ({ id, name: id }));

const VOLUMES = [
  { id: "v-1", tags: ["k8s:c-1"] },
  { id: "v-kept", tags: [PRODUCT_TAG, "data:d-1", "keeps:1"] },
];
const volumeSnapshots = jest.fn();
const volumes = jest.fn();
const thing = jest.fn();
const associatedResources = jest.fn();
const deleteClusterWith = jest.fn();
const account = {
  volumeSnapshots,
  volumes,
  thing,
  associatedResources,
  deleteClusterWith,
} as unknown as DigitalOcean;

beforeEach(() => {
  jest.resetAllMocks();
  volumeSnapshots.mockResolvedValue(SNAPSHOTS);
  volumes.mockResolvedValue(VOLUMES);
});

function associated(snapshots: string[], found = ["v-1", "v-kept"]) {
  associatedResources.mockResolvedValue({
    load_balancers: ids("lb-1"),
    volumes: ids(...found),
    volume_snapshots: ids(...snapshots),
  });
}

it.each([
  ["a sleep", { dataId: "d-1", keepsData: true }, ["v-1"], ["cluster's"]],
  ["the end", { dataId: "d-1", keepsData: false }, ["v-1", "v-kept"], ["own", "cluster's"]],
  ["another environment's end", {}, ["v-1"], ["cluster's"]],
])(
  "%s deletes the cluster with the volumes and snapshots that go with it, and no other",
  async (_, goes, deletedVolumes, deleted) => {
    associated(["own", "seed", "cluster's"]);
    await spareData(account, ["c-1"], goes);
    expect(deleteClusterWith).toHaveBeenCalledWith("c-1", {
      load_balancers: ["lb-1"],
      volumes: deletedVolumes,
      volume_snapshots: deleted,
    });
  },
);

it("reads a snapshot by id when the list lacks it: the list may be late, and DigitalOcean would delete the snapshot with the cluster", async () => {
  const lists = [...SNAPSHOTS, ...VOLUMES];
  volumeSnapshots.mockResolvedValue([]);
  volumes.mockResolvedValue([]);
  thing.mockImplementation((_, id: string) => Promise.resolve(lists.find((one) => one.id === id)));
  associated(["seed", "cluster's", "gone"]);
  await spareData(account, ["c-1"], { dataId: "d-1", keepsData: true });
  expect(deleteClusterWith).toHaveBeenCalledWith("c-1", {
    load_balancers: ["lb-1"],
    volumes: ["v-1"],
    volume_snapshots: ["cluster's", "gone"],
  });
  expect(thing).toHaveBeenCalledWith("volume snapshot", "seed");
  expect(thing).toHaveBeenCalledWith("volume", "v-kept");
});

it.each([
  ["DigitalOcean would take none along", () => associated(["cluster's"], ["v-1"])],
  ["the cluster is gone", () => associatedResources.mockResolvedValue(undefined)],
  [
    "the account has none",
    () => {
      volumeSnapshots.mockResolvedValue([SNAPSHOTS[2]]);
      volumes.mockResolvedValue([VOLUMES[0]]);
    },
  ],
])("the cluster is left to pulumi when %s", async (_, arrange) => {
  arrange();
  await spareData(account, ["c-1"], { dataId: "d-1", keepsData: true });
  expect(deleteClusterWith).not.toHaveBeenCalled();
});
