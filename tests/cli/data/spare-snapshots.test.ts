import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { spareSnapshots } from "../../../cli/data/spare-snapshots";
import { PRODUCT_TAG } from "../../../core/digitalocean-tags";

const SNAPSHOTS = [
  { id: "own", tags: [PRODUCT_TAG, "data:d-1"] },
  { id: "seed", tags: [PRODUCT_TAG, "seed:shop-small"] },
  { id: "cluster's", tags: ["k8s:c-1"] },
];
const ids = (...names: string[]) => names.map((id) => ({ id, name: id }));

const volumeSnapshots = jest.fn();
const associatedResources = jest.fn();
const deleteClusterWith = jest.fn();
const account = {
  volumeSnapshots,
  associatedResources,
  deleteClusterWith,
} as unknown as DigitalOcean;

beforeEach(() => {
  jest.resetAllMocks();
  volumeSnapshots.mockResolvedValue(SNAPSHOTS);
});

function associated(...snapshots: string[]) {
  associatedResources.mockResolvedValue({
    load_balancers: ids("lb-1"),
    volumes: ids("v-1"),
    volume_snapshots: ids(...snapshots),
  });
}

it.each([
  ["a sleep", { dataId: "d-1", keepsSnapshots: true }, ["cluster's"]],
  ["the end", { dataId: "d-1", keepsSnapshots: false }, ["own", "cluster's"]],
  ["another environment's end", {}, ["cluster's"]],
])(
  "%s deletes the cluster with the snapshots that go with it, and no other",
  async (_, goes, deleted) => {
    associated("own", "seed", "cluster's");
    await spareSnapshots(account, ["c-1"], goes);
    expect(deleteClusterWith).toHaveBeenCalledWith("c-1", {
      load_balancers: ["lb-1"],
      volumes: ["v-1"],
      volume_snapshots: deleted,
    });
  },
);

it.each([
  ["DigitalOcean would take none along", () => associated("cluster's")],
  ["the cluster is gone", () => associatedResources.mockResolvedValue(undefined)],
  ["the account has none", () => volumeSnapshots.mockResolvedValue([SNAPSHOTS[2]])],
])("the cluster is left to pulumi when %s", async (_, arrange) => {
  arrange();
  await spareSnapshots(account, ["c-1"], { dataId: "d-1", keepsSnapshots: true });
  expect(deleteClusterWith).not.toHaveBeenCalled();
});
