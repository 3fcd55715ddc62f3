import { dataTag } from "../../core/data/kept-snapshot";
import { PRODUCT_TAG } from "../../core/digitalocean-tags";
import type { AccountResource, DigitalOcean } from "../account/digitalocean";

/**
 * Deletes clusters with all that they have made but snapshots that outlive them, if DigitalOcean would take such a snapshot
 * along. Whether it does is documented nowhere: it is asked.
 *
 * @param goes - what goes all the same: the environment's own data, when the environment itself goes
 */
export async function spareSnapshots(
  account: DigitalOcean,
  clusterIds: readonly string[],
  goes: { readonly dataId?: string; readonly keepsSnapshots?: boolean },
): Promise<void> {
  const outlives = ({ tags }: AccountResource) =>
    (tags ?? []).includes(PRODUCT_TAG) &&
    (goes.keepsSnapshots || !(tags ?? []).includes(dataTag(goes.dataId ?? "")));
  const spared = (await account.volumeSnapshots()).filter(outlives).map(({ id }) => id);
  if (spared.length === 0) {
    return;
  }
  const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);
  for (const clusterId of clusterIds) {
    const found = await account.associatedResources(clusterId);
    if (found?.volume_snapshots.some(({ id }) => spared.includes(id))) {
      await account.deleteClusterWith(clusterId, {
        load_balancers: ids(found.load_balancers),
        volumes: ids(found.volumes),
        volume_snapshots: ids(found.volume_snapshots).filter((id) => !spared.includes(id)),
      });
    }
  }
}
