import { keptLines, keptOfEach } from "../../../cli/data/kept";
import { keptTags } from "../../../core/data/kept-claim";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { recordOf } from "../support/records";
import { Trial } from "../support/trial";

const PLACE = { project: "shop", stack: "alice-dev", dataId: "d-1" };
const DB = {
  ...{ claim: "db", storageClass: "do-block-storage", fsType: "ext4", wasUsed: true },
  volumeMode: "Filesystem",
} as const;

let emulator: TestEmulator;
let place: Trial;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  place = new Trial(emulator);
  const id = await place.volume("db");
  const snapshot = { name: "alice-dev-db-1", tags: keptTags(PLACE, DB, 1) };
  await emulator.call("POST", `/v2/volumes/${id}/snapshots`, snapshot);
});
afterEach(async () => {
  place.remove();
  await emulator.close();
});

const itemsOf = async (changes: object) => {
  const tags = { data: "d-1", asleep: "2026-11-22T20:00:00Z", claims1: "db files" };
  const [kept] = await keptOfEach(place.context(), [recordOf({ tags, ...changes })]);
  return kept as Parameters<typeof keptLines>[0];
};

it("lists kept copies, and claims whose copy has been deleted since the sleep", async () => {
  expect(keptLines(await itemsOf({ hasResources: false }))).toBe(
    "  db: snapshot alice-dev-db-1, 0 GiB, $0.01 a month\n" +
      "  files: missing; the last sleep kept its data, but the copy has been deleted since\n",
  );
});

it("reports no missing copy while the cluster may have the data", async () => {
  expect(await itemsOf({ hasResources: true })).toMatchObject([{ claim: "db" }]);
});
