import {
  dataTag,
  isKeptVolume,
  isSnapshot,
  keptClaimOf,
  type ListedSnapshot,
  type ListedVolume,
} from "../../core/data/kept-claim";
import type { DigitalOcean } from "../account/digitalocean";
import { listedKeepers } from "./account-kept";

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
  const keepers = await (keepsData ? account.volumes() : listedKeepers(account, dataId));
  const things = keepers
    .filter(({ tags }) => (tags ?? []).includes(dataTag(dataId)))
    .filter((thing) => !isAttached(thing) && !(keepsData && isKeptVolume(thing)))
    .map((thing) => ({ thing, number: keptClaimOf(thing)?.number ?? 0 }));
  for (const { thing } of things.sort((one, other) => one.number - other.number)) {
    await account.deleteThing(isSnapshot(thing) ? "volume snapshot" : "volume", thing.id);
  }
}

function isAttached(thing: ListedSnapshot | ListedVolume): boolean {
  return !isSnapshot(thing) && (thing.droplet_ids ?? []).length > 0;
}
