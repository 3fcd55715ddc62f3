import { discardCopies, discardUnclaimed } from "../../../cli/data/discard-copies";
import { keepsTag, keptTags } from "../../../core/data/kept-claim";
import { DataTrial, VOLUME } from "./support/data-trial";

// Claim: a finished update deletes the volumes that unfinished ones left, and no volume that is needed.

const PERSISTENT_VOLUMES = "/api/v1/persistentvolumes";
const CLAIM = { ...VOLUME, claim: "files" };
const tagsOf = (dataId: string) =>
  keptTags({ project: "shop", stack: "alice-dev", dataId }, CLAIM, 0);
const OWN = tagsOf("d-1");

let trial: DataTrial;
beforeEach(async () => {
  trial = await DataTrial.start();
});
afterEach(() => trial.end());

/** Replaces the cluster's volumes: each waits for a claim of the environment. */
function declare(...handles: readonly string[]): void {
  trial.server.set(
    PERSISTENT_VOLUMES,
    ...handles.map((volumeHandle, index) => ({
      metadata: { name: `pv-${index}` },
      spec: {
        claimRef: { namespace: "alice-dev" },
        csi: { driver: "dobs.csi.digitalocean.com", volumeHandle },
      },
      status: { phase: "Available" },
    })),
  );
}

/** Adds volumes as unfinished updates, sleeps and others leave them, and returns the names of those that are deleted. */
async function discarded(tags: Readonly<Record<string, string>>): Promise<readonly string[]> {
  trial.backend.tags("alice-dev", tags);
  await trial.volume("left", ...OWN);
  const waiting = await trial.volume("waits-for-its-claim", ...OWN);
  trial.volumes.set("attached", await trial.volume("attached", ...OWN));
  await trial.move("attach", "attached");
  await trial.volume("was-attached", ...OWN, "k8s:c-1");
  await trial.volume("kept-itself", ...OWN, keepsTag(1));
  await trial.volume("of-bob", ...tagsOf("d-2"));
  await trial.volume("untagged");
  declare(waiting);
  const before = await trial.account.volumes();
  await discardCopies(trial.context(), trial.account, await trial.stack());
  const after = (await trial.account.volumes()).map(({ id }) => id);
  return before.filter(({ id }) => !after.includes(id)).map(({ name }) => name);
}

it("deletes volumes that no node has attached and that the cluster does not know", async () => {
  expect(await discarded({ data: "d-1" })).toEqual(["left"]);
});

it("deletes nothing of an environment that has neither slept nor started with a seed", async () => {
  expect(await discarded({})).toEqual([]);
});

describe("before an update", () => {
  const names = () => trial.server.of(PERSISTENT_VOLUMES).map(({ metadata }) => metadata.name);
  const discard = async (tags: Readonly<Record<string, string>>) => {
    trial.backend.tags("alice-dev", tags);
    declare("v-0", "v-1");
    const restored = [{ name: "pv-1" }];
    await discardUnclaimed(trial.context(), trial.account, await trial.stack(), restored);
    return names();
  };

  it("deletes PersistentVolumes of unfinished updates that the update does not declare", async () => {
    expect(await discard({ data: "d-1" })).toEqual(["pv-1"]);
  });

  it("deletes no PersistentVolume of an environment without kept data, or without a stack", async () => {
    expect(await discard({})).toEqual(["pv-0", "pv-1"]);
    await discardUnclaimed(trial.context(), trial.account, undefined, []);
    expect(names()).toEqual(["pv-0", "pv-1"]);
  });
});
