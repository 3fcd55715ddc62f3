import { deleteSeeds, saveSeed } from "../../../cli/data/seeds";
import { seedsIn, seedTags } from "../../../core/data/seed";
import { hurry } from "../support/hurry";
import { CLAIMS, DataTrial, SNAPSHOTS, VOLUME } from "./support/data-trial";

// Claim: a seed's new version replaces the older one once it is complete, and the environment's pods run again in any case.

let trial: DataTrial;
beforeEach(async () => {
  trial = await DataTrial.start();
  await saved(1);
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await trial.end();
});

/** Adds a complete version of the seed "shop-small". */
async function saved(version: number): Promise<void> {
  for (const claim of CLAIMS) {
    const seed = { name: "shop-small", version, size: CLAIMS.length };
    const tags = seedTags("shop", seed, { ...VOLUME, claim });
    await trial.snapshotOf(claim, `shop-small-${claim}-${version}`, tags);
  }
}

const save = async (only?: readonly string[]) =>
  saveSeed(trial.context(), trial.account, await trial.stack(), "shop-small", only);
const namesOf = (version: number) => CLAIMS.map((claim) => `shop-small-${claim}-${version}`);

async function expectUnchanged(): Promise<void> {
  expect(await trial.snapshotNames()).toEqual(namesOf(1));
  expect(trial.running()).toEqual(CLAIMS);
  expect(trial.backend.tagsOf("alice-dev")).not.toHaveProperty("stopped");
}

it("saves all claims as one version, and deletes the older one", async () => {
  expect(await save()).toMatchObject({ name: "shop-small", version: 2, isComplete: true });
  expect(await trial.snapshotNames()).toEqual(namesOf(2));
  expect(trial.running()).toEqual(CLAIMS);
  expect(trial.backend.tagsOf("alice-dev")).not.toHaveProperty("stopped");
});

it("stops the pods for the snapshots, and marks the environment for that time", async () => {
  const take = trial.account.takeVolumeSnapshot.bind(trial.account);
  jest.spyOn(trial.account, "takeVolumeSnapshot").mockImplementation((...snapshot) => {
    expect(trial.running()).toEqual([]);
    expect(trial.backend.tagsOf("alice-dev")).toHaveProperty("stopped");
    return take(...snapshot);
  });
  await save();
  expect(trial.account.takeVolumeSnapshot).toHaveBeenCalledTimes(CLAIMS.length);
});

it("starts the pods again before it deletes the older version", async () => {
  await trial.emulator.fault({ method: "DELETE", path: "/v2/snapshots/*", times: 100 });
  await expect(save()).rejects.toThrow();
  expect(await trial.snapshotNames()).toEqual([...namesOf(1), ...namesOf(2)].sort());
  expect(trial.running()).toEqual(CLAIMS);
  expect(trial.backend.tagsOf("alice-dev")).not.toHaveProperty("stopped");
});

it("saves single claims", async () => {
  const { snapshots } = await save(["files"]);
  expect(snapshots.map(({ claim }) => claim)).toEqual(["files"]);
});

it("keeps the older version when a snapshot is refused", async () => {
  await trial.emulator.fault({ method: "POST", path: SNAPSHOTS, status: 422, times: 2 });
  await expect(save()).rejects.toThrow("422");
  await expectUnchanged();
});

it("keeps the older version when a volume stays attached", async () => {
  trial.server.set("/apis/storage.k8s.io/v1/volumeattachments", {
    metadata: { name: "a" },
    spec: { source: { persistentVolumeName: "pvc-db" } },
  });
  await expect(save()).rejects.toThrow("volume pvc-db is attached to a node");
  await expectUnchanged();
});

it.each<[string, () => unknown, readonly string[] | undefined, string]>([
  [
    "has no cluster",
    () => trial.account.deleteCluster(trial.clusterId),
    undefined,
    '"alice-dev" has no volume with data',
  ],
  ["lacks a named claim", () => {}, ["nodb"], '"alice-dev" has no claim nodb'],
  [
    "has a claim that cannot be saved",
    () => trial.account.deleteThing("volume", trial.volumeOf("db")),
    undefined,
    "DigitalOcean does not list its volume",
  ],
  [
    "was being taken down",
    () => trial.backend.tags("alice-dev", { going: "2026-11-23T11:00:00Z" }),
    undefined,
    'a teardown of "alice-dev" did not finish',
  ],
  [
    "has an older version that the list lacks: the new one would have its number",
    () => trial.hideSnapshots(),
    undefined,
    "with the tag seed:shop-small",
  ],
])("changes nothing when the environment %s", async (_, arrange, only, message) => {
  await arrange();
  await expect(save(only)).rejects.toThrow(message);
  await expectUnchanged();
});

it("deletes the newest version last, so that no older one is in force again meanwhile", async () => {
  await saved(2);
  const seeds = seedsIn(await trial.account.volumeSnapshots(), "shop");
  const newest = (await trial.account.volumeSnapshots()).find(
    ({ name }) => name === "shop-small-db-2",
  );
  await trial.emulator.fault({ method: "DELETE", path: `/v2/snapshots/${newest?.id}`, times: 100 });
  await expect(deleteSeeds(trial.account, seeds)).rejects.toThrow();
  expect(await trial.snapshotNames()).toEqual(namesOf(2));
});
