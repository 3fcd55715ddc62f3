import { setTimeout as sleep } from "node:timers/promises";
import { namingTags } from "../../core/tags";
import type { DigitalOcean } from "../account/digitalocean";
import { residenceOf } from "../shared-clusters/residence";
import { environmentOf } from "../stacks/environments";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { clusterIdsTagged, type Leftover, leftovers, type Trace } from "./receipt";

/** DigitalOcean removes Droplets a while after their cluster is gone. */
const CLEANUP_DEADLINE_MS = 10 * 60_000;
const CLEANUP_POLL_MS = 4_000;

/** How to recognize what an environment leaves behind. A cluster that it only lives on is none of its own. */
export async function traceOf(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<Trace> {
  const tags = namingTags(context.project.name, record.stack);
  const tagged = await clusterIdsTagged(account, tags);
  const residence = await residenceOf(context, account, record);
  if (residence !== undefined) {
    return { tags, clusterIds: tagged, residence };
  }
  const { clusterId } = environmentOf(record, context.now());
  return { tags, clusterIds: [...new Set([...(clusterId ? [clusterId] : []), ...tagged])] };
}

/** A cluster whose creation failed or was killed is in no state, and costs: it has this environment's tags all the same. */
export async function deleteStrays(
  account: DigitalOcean,
  { tags }: Trace,
  say: (line: string) => void,
): Promise<void> {
  for (const id of await clusterIdsTagged(account, tags)) {
    say(`deleting cluster ${id}, which Pulumi did not know of`);
    await account.deleteCluster(id);
  }
}

/**
 * Waits until DigitalOcean has nothing of it any more.
 *
 * @returns what is left when that takes too long
 * @throws an Error when the signal is aborted
 */
export async function untilGone(
  account: DigitalOcean,
  trace: Trace,
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const deadline = Date.now() + CLEANUP_DEADLINE_MS;
  for (;;) {
    const left = await leftovers(account, trace);
    if (left.length === 0 || Date.now() > deadline) {
      return left;
    }
    await sleep(CLEANUP_POLL_MS, undefined, { signal });
  }
}
