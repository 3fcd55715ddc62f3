import { dataTag, isKeptVolume } from "../../core/data/kept-claim";
import type { AccountResource, DigitalOcean } from "../account/digitalocean";

/**
 * Deletes what was made of an environment's data and no cluster has taken along: volumes that no node has, and the snapshots
 * themselves.
 */
export async function deleteData(
  account: DigitalOcean,
  { dataId, keepsData }: { readonly dataId?: string; readonly keepsData?: boolean },
): Promise<void> {
  if (dataId === undefined) {
    return;
  }
  const isOfData = ({ tags }: AccountResource) => (tags ?? []).includes(dataTag(dataId));
  for (const { id, droplet_ids: droplets, tags } of (await account.volumes()).filter(isOfData)) {
    if (droplets.length === 0 && !(keepsData && isKeptVolume({ tags }))) {
      await account.deleteThing("volume", id);
    }
  }
  if (!keepsData) {
    for (const { id } of (await account.volumeSnapshots()).filter(isOfData)) {
      await account.deleteThing("volume snapshot", id);
    }
  }
}
