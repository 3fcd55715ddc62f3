import { copyOf, dataTag } from "../../core/data/kept-claim";
import type { RestoredVolume } from "../../core/data/restore";
import type { DigitalOcean } from "../account/digitalocean";
import { deleteUnclaimedVolumes } from "../shared-clusters/account-resources";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { volumesIn } from "./cluster-claims";
import { openHome } from "./home";

/**
 * Deletes PersistentVolumes that updates have declared which did not end, before one that does not declare them: its claims would be
 * bound to them.
 *
 * @param restored - what the update is about to declare
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
 * Deletes volumes that updates have made which did not end, and that the environment does not use now that it is up: of a claim
 * that has left the tree since, or of a seed that was saved anew. Those that its cluster knows stay for their claims.
 *
 * @param record - with the outputs of the update that is done
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
