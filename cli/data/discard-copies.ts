import { copyOf, dataTag } from "../../core/data/kept-claim";
import type { RestoredVolume } from "../../core/data/restore";
import type { DigitalOcean } from "../account/digitalocean";
import { deleteUnclaimedVolumes } from "../shared-clusters/account-resources";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { volumesIn } from "./cluster-claims";
import { openHome } from "./home";

/**
 * Deletes PersistentVolumes of unfinished updates that the next update does not declare. Otherwise its claims would be bound
 * to them.
 *
 * @param restored - the volumes that the update will declare
 */
export async function discardUnclaimed(
  context: Context,
  account: DigitalOcean,
  record: StackRecord | undefined,
  restored: readonly Pick<RestoredVolume, "name">[],
): Promise<void> {
  const home =
    record?.tags.data === undefined ? undefined : await openHome(context, account, record);
  if (home !== undefined) {
    const names = restored.map(({ name }) => name);
    await deleteUnclaimedVolumes(home.objects, home.namespace, names);
  }
}

/**
 * Deletes volumes that unfinished updates created and that the environment does not use: of a claim that has left the tree
 * since, or of a replaced seed. Volumes that its cluster knows are kept for their claims.
 *
 * @param record - with the outputs of the finished update
 */
export async function discardCopies(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<void> {
  const { data } = record.tags;
  const copies =
    data === undefined
      ? []
      : (await account.volumes())
          .filter(({ tags }) => tags?.includes(dataTag(data)))
          .flatMap((volume) => copyOf(volume) ?? []);
  const home = copies.length === 0 ? undefined : await openHome(context, account, record);
  if (home === undefined) {
    return;
  }
  const known = (await volumesIn(home.objects)).map(({ handle }) => handle);
  for (const { id } of copies.filter((copy) => !known.includes(copy.id))) {
    await account.deleteThing("volume", id);
  }
}
