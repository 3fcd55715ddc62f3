import { keptLines, keptOfEach } from "../../../cli/data/kept";
import type { Context } from "../../../cli/terminal/context";
import { keptTags } from "../../../core/data/kept-claim";
import { recordOf } from "../support/records";

const PLACE = { project: "shop", stack: "alice-dev", dataId: "d-1" };
const DB = {
  ...{ claim: "db", storageClass: "do-block-storage", fsType: "ext4", wasUsed: true },
  volumeMode: "Filesystem",
} as const;

jest.mock("../../../cli/account/digitalocean", () => ({
  requireAccess: () => ({}),
  DigitalOcean: function DigitalOcean() {
    return {
      volumes: () => Promise.resolve([]),
      volumeSnapshots: () =>
        Promise.resolve([
          {
            id: "s-1",
            name: "alice-dev-db-1",
            min_disk_size: 1,
            size_gigabytes: 0.5,
            regions: ["fra1"],
            tags: mockTags,
          },
        ]),
    };
  },
}));
const mockTags = keptTags(PLACE, DB, 1);

const itemsOf = async (changes: object) => {
  const tags = { data: "d-1", asleep: "2026-11-22T20:00:00Z", claims1: "db files" };
  const [kept] = await keptOfEach({} as Context, [recordOf({ tags, ...changes })]);
  return kept as Parameters<typeof keptLines>[0];
};

it("lists what is kept, and what a sleep has kept and is deleted since", async () => {
  expect(keptLines(await itemsOf({ hasResources: false }))).toBe(
    "  db: snapshot alice-dev-db-1, 0.5 GiB, $0.03 a month\n" +
      "  files: missing; the last sleep kept its data, but the copy has been deleted since\n",
  );
});

it("misses nothing as long as its cluster may have it", async () => {
  expect(await itemsOf({ hasResources: true })).toMatchObject([{ claim: "db" }]);
});
