import { dataTag, isKeptVolume, keptClaimOf } from "../../core/data/kept-claim";
import type { DigitalOcean } from "../account/digitalocean";
import type { AccountResource } from "../account/resources";

/**
 * Deletes an environment's kept data that remained after its cluster: detached volumes, and snapshots. Deletes the newest
 * keeper of a claim last, so that after a kill no wake restores older content.
 */
export async function deleteData(
  account: DigitalOcean,
  { dataId, keepsData }: { readonly dataId?: string; readonly keepsData?: boolean },
): Promise<void> {
  if (dataId === undefined) {
    return;
  }
  const isOfData = ({ tags }: AccountResource) => (tags ?? []).includes(dataTag(dataId));
  const volumes = (await account.volumes()).filter(
    (volume) =>
      isOfData(volume) && volume.droplet_ids.length === 0 && !(keepsData && isKeptVolume(volume)),
  );
  const snapshots = keepsData ? [] : (await account.volumeSnapshots()).filter(isOfData);
  const things = [
    ...volumes.map((thing) => ({ kind: "volume" as const, thing })),
    ...snapshots.map((thing) => ({ kind: "volume snapshot" as const, thing })),
  ].map(({ kind, thing }) => ({ kind, id: thing.id, number: keptClaimOf(thing)?.number ?? 0 }));
  for (const { kind, id } of things.sort((one, other) => one.number - other.number)) {
    await account.deleteThing(kind, id);
  }
}
