import { dataTag } from "../../core/data/kept-snapshot";
import type { AccountResource, DigitalOcean } from "../account/digitalocean";

/**
 * Deletes what was made of an environment's data and no cluster has taken along: volumes that no node has ever used, and the
 * snapshots themselves.
 */
export async function deleteData(
  account: DigitalOcean,
  { dataId, keepsSnapshots }: { readonly dataId?: string; readonly keepsSnapshots?: boolean },
): Promise<void> {
  if (dataId === undefined) {
    return;
  }
  const isOfData = ({ tags }: AccountResource) => (tags ?? []).includes(dataTag(dataId));
  for (const { id, droplet_ids: droplets } of (await account.volumes()).filter(isOfData)) {
    if (droplets.length === 0) {
      await account.deleteThing("volume", id);
    }
  }
  if (!keepsSnapshots) {
    for (const { id } of (await account.volumeSnapshots()).filter(isOfData)) {
      await account.deleteThing("volume snapshot", id);
    }
  }
}
