import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { idTag } from "../../core/digitalocean-tags";
import type { UserError } from "../../core/errors";
import { ownershipOf } from "../../core/ownership";
import { accountErrors } from "../../core/rules/account";
import { contestedErrors, soleOwnerErrors } from "../../core/rules/sole-owner";
import type { DigitalOcean } from "../account/digitalocean";
import { sharedNamespaceOf } from "../shared-clusters/shared-namespace";
import { ownedInState, recordedAccount } from "../stacks/owned-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { leadingRecords } from "./leading-records";
import { leftRecords } from "./left-record";
import { type FoundCluster, type Leftover, leftoverOf, leftovers, type Trace } from "./receipt";

/** Time for DigitalOcean to remove Droplets after their cluster. */
const CLEANUP_DEADLINE_MS = 10 * 60_000;
const CLEANUP_POLL_MS = 4_000;
/** Number of states read at the same time; on Pulumi Cloud each takes a process. */
const STATES_AT_ONCE = 4;

/**
 * Reads the ids and names that identify an environment's resources. A shared cluster is not a tenant's own.
 *
 * @throws {UserError} when the token is for another account than the environment's
 * @throws {UserError} when a cluster in its state has the id of another environment
 */
export async function traceOf(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<Trace> {
  const { stack } = record;
  const [owned, clusters, current] = await Promise.all([
    ownedInState(sourceOf(context), record),
    account.clusters(),
    account.identity(),
  ]);
  const recorded = recordedAccount(record, owned);
  const lacks = (ids: readonly string[]) =>
    ids.filter((id) => clusters.every((cluster) => cluster.id !== id));
  throwFirst(accountErrors({ stack, recorded, current, missing: lacks(owned.clusterIds) }));
  const claim = { project: context.project.name, stack, ...owned };
  const { contested, strays, foreign } = ownershipOf(claim, clusters);
  throwFirst(contestedErrors(stack, contested));
  const sharedNamespace = await sharedNamespaceOf(context, account, record);
  if (sharedNamespace !== undefined) {
    const home = lacks([sharedNamespace.clusterId]);
    throwFirst(accountErrors({ stack, recorded, current, missing: home }));
  }
  const clusterIds = [...owned.clusterIds, ...strays.map(({ id }) => id)];
  const records = await leftRecords(account, owned);
  const leading = await leadingRecords(account, owned.hosts ?? [], clusterIds);
  return {
    id: owned.id,
    clusterIds,
    strays: strays.map(({ id, name }) => ({ id, name })),
    hosts: owned.hosts,
    hasPullCredentials: owned.hasPullCredentials,
    records,
    foreign: [...foreign.map(({ id, name }) => leftoverOf("clusters", id, name)), ...leading],
    sharedNamespace,
  };
}

/** Returns the question for confirmation, which names clusters to delete that are not in the state. */
export async function questionWithStrays(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
  question: string,
): Promise<string> {
  const { strays } = await traceOf(context, account, record);
  const named = strays.map(({ id, name }) => `${name} (${id})`).join(", ");
  return strays.length === 0
    ? question
    : `A killed update left ${strays.length === 1 ? "cluster" : "clusters"} ${named}, which will be deleted too.\n${question}`;
}

function throwFirst([error]: readonly UserError[]): void {
  if (error !== undefined) {
    throw error;
  }
}

/** Deletes clusters of the environment that are not in its state. */
export async function deleteStrays(
  account: DigitalOcean,
  strays: readonly FoundCluster[],
  say: (line: string) => void,
): Promise<void> {
  for (const { id, name } of strays) {
    say(`deleting cluster ${name} (${id}), which a killed update left`);
    await account.deleteCluster(id);
  }
}

/** Finds clusters of the environment that appeared after the trace. */
export async function lateStrays(
  account: DigitalOcean,
  { id: uuid, clusterIds }: Trace,
): Promise<readonly FoundCluster[]> {
  return uuid === undefined
    ? []
    : (await account.clusters()).filter(
        ({ id, tags }) => tags.includes(idTag(uuid)) && !clusterIds.includes(id),
      );
}

/**
 * Refuses when another stack of the backend has a cluster of the environment, or its id.
 *
 * @param others - the project's other stacks
 * @throws {UserError} with both stacks
 */
export async function requireSoleOwner(
  context: Context,
  { stack }: StackRecord,
  { id, clusterIds }: Trace,
  others: readonly StackRecord[],
): Promise<void> {
  if (id === undefined && clusterIds.length === 0) {
    return;
  }
  // Outputs can be older than the state, so they only select the states to read.
  const mayHold = ({ outputs }: StackRecord) =>
    outputs.placement !== "namespace" &&
    (outputs.clusterId === undefined ||
      clusterIds.some((known) => known === outputs.clusterId) ||
      outputs.id === id);
  const suspects = others.filter((other) => other.hasResources && mayHold(other));
  const owned = await pMap(
    suspects,
    async (other) => ({
      stack: other.stack,
      ...(await ownedInState(sourceOf(context), other)),
    }),
    { concurrency: STATES_AT_ONCE },
  );
  throwFirst(soleOwnerErrors({ stack, id, clusterIds }, owned));
}

/**
 * Waits until DigitalOcean has no resource of the environment.
 *
 * @returns the remaining resources after the time limit
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
