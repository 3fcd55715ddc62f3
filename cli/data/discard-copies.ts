import { copyOf, dataTag } from "../../core/data/kept-claim";
import type { DigitalOcean } from "../account/digitalocean";
import { ClusterObjects } from "../shared-clusters/cluster-objects";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { volumesIn } from "./cluster-claims";
import { homeOf } from "./home";

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
  const home = copies.length === 0 ? undefined : await homeOf(context, record);
  const objects = home && (await ClusterObjects.open(account, home.clusterId, context.signal));
  if (objects === undefined) {
    return;
  }
  const known = (await volumesIn(objects)).map(({ handle }) => handle);
  for (const { id } of copies.filter((copy) => !known.includes(copy.id))) {
    await account.deleteThing("volume", id);
  }
}
