import { dataTag, isKeptVolume } from "../../core/data/kept-claim";
import { PRODUCT_TAG } from "../../core/digitalocean-tags";
import type { DigitalOcean } from "../account/digitalocean";
import type { AccountResource } from "../account/resources";

/**
 * Deletes clusters with their resources except kept snapshots and volumes, if DigitalOcean lists such a one among a cluster's
 * associated resources. Its documentation does not state whether it does, so this reads the list.
 *
 * @param goes - resources that are deleted all the same: the environment's own data, when the environment is taken down
 */
export async function spareData(
  account: DigitalOcean,
  clusterIds: readonly string[],
  goes: { readonly dataId?: string; readonly keepsData?: boolean },
): Promise<void> {
  const outlives = ({ tags }: AccountResource) =>
    (tags ?? []).includes(PRODUCT_TAG) &&
    (goes.keepsData || !(tags ?? []).includes(dataTag(goes.dataId ?? "")));
  const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);
  for (const clusterId of clusterIds) {
    const found = await account.associatedResources(clusterId);
    const all = {
      volumes: ids(found?.volumes ?? []),
      snapshots: ids(found?.volume_snapshots ?? []),
    };
    const snapshots = await read(account, "volume snapshot", all.snapshots);
    const volumes = await read(account, "volume", all.volumes);
    const spared = [...snapshots, ...volumes.filter(isKeptVolume)].filter(outlives);
    const isSpared = (id: string) => spared.some((one) => one.id === id);
    if (spared.length > 0) {
      await account.deleteClusterWith(clusterId, {
        load_balancers: ids(found?.load_balancers ?? []),
        volumes: all.volumes.filter((id) => !isSpared(id)),
        volume_snapshots: all.snapshots.filter((id) => !isSpared(id)),
      });
    }
  }
}

/** Reads resources by their ids, with one list. It reads those that the list lacks one by one: a list may be late or short. */
async function read(
  account: DigitalOcean,
  kind: "volume" | "volume snapshot",
  ids: readonly string[],
): Promise<readonly AccountResource[]> {
  if (ids.length === 0) {
    return [];
  }
  const list = await (kind === "volume" ? account.volumes() : account.volumeSnapshots());
  const found = ids.map(
    async (id) => list.find((one) => one.id === id) ?? (await account.thing(kind, id)),
  );
  return (await Promise.all(found)).filter((one) => one !== undefined);
}
