import { pricePerMonth } from "../../core/money/prices";
import { statusOf } from "../stacks/environment-status";
import { describeLock, withoutDeadLocks } from "../stacks/locks";
import { type OwnedInState, ownedInState, recordedAccount } from "../stacks/owned-in-state";
import { reasonOf } from "../stacks/reason";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import type { Situation } from "./policy/situation";
import type { ComparedStack } from "./policy/world";

/** The reaper's facts about a stack before any measurement. */
export type StackSituation = Situation & Pick<ComparedStack, "pullRequest" | "dataId">;

/**
 * Derives the facts about an environment from its stack. A stack with resources but without outputs (its first update
 * failed) takes a pulumi process for its clusters, so that none counts as a stray.
 *
 * @param policyFault - reason why the environment's policy is unknown
 * @param askPulumi - whether to ask pulumi for clusters that the outputs do not name. @default askPulumi - true
 */
export async function situationOf(
  context: Context,
  record: StackRecord,
  policyFault?: string,
  askPulumi: boolean = true,
): Promise<StackSituation> {
  const { stack, tags, hasResources } = record;
  const environment = statusOf(record, context.now());
  const faults: string[] = [];
  const complain = (fault: string) => {
    faults.push(fault);
  };
  const at = (what: string, time: string | undefined): number | undefined => {
    const seconds = time === undefined ? undefined : Date.parse(time) / 1000;
    if (Number.isNaN(seconds)) {
      complain(`${what} is not a time: "${String(time)}"`);
    }
    return seconds;
  };
  const pullRequest = tags.pullRequest === undefined ? undefined : Number(tags.pullRequest);
  if (pullRequest !== undefined && !Number.isInteger(pullRequest)) {
    complain(`its pull request is not a number: "${String(tags.pullRequest)}"`);
  }
  for (const fault of [record.fault, policyFault]) {
    if (fault !== undefined) {
      complain(fault);
    }
  }
  const times = {
    createdAt: at("its creation", environment.createdAt),
    expiresAt: at("its expiry", environment.expiresAt),
    lastUpdateAt: at("its last update", environment.lastUpdateAt),
    asleepSince: at("the start of its sleep", environment.asleepSince),
    wokenAt: at("its last wake", tags.woken),
    keptUntil: at("its keeping time", tags.keptUntil),
  };
  const owned = await ownedBy(context, record, askPulumi, complain);
  const account = recordedAccount(record, owned);
  return {
    stack,
    id: owned.id,
    account,
    clusterIds: owned.clusterIds,
    hasResources,
    ...times,
    // Shared clusters and domains count as protected, even after `unprotect`.
    protected:
      environment.protected ||
      environment.placement === "host" ||
      environment.placement === "domain",
    lockedBy: holdersOf(context, record),
    ...(faults.length > 0 ? { fault: faults.join("; ") } : {}),
    usdPerMonth: pricePerMonth(environment.pricePerHourUsd ?? 0),
    pullRequest,
    dataId: tags.data,
  };
}

/** Returns the owners of the stack's locks as text. */
function holdersOf({ env, now }: Context, record: StackRecord): string[] {
  const { locks, updating } = withoutDeadLocks(env, record);
  if (!updating) {
    return [];
  }
  return locks.length === 0 ? ["another update"] : locks.map((lock) => describeLock(lock, now()));
}

async function ownedBy(
  context: Context,
  record: StackRecord,
  askPulumi: boolean,
  complain: (fault: string) => void,
): Promise<Pick<OwnedInState, "id" | "account" | "clusterIds">> {
  const { id, clusterId } = record.outputs;
  if (typeof clusterId === "string") {
    return { clusterIds: [clusterId], ...(typeof id === "string" ? { id } : {}) };
  }
  try {
    return askPulumi ? await ownedInState(sourceOf(context), record) : { clusterIds: [] };
  } catch (error) {
    complain(`its clusters cannot be read: ${reasonOf(error)}`);
    return { clusterIds: [] };
  }
}
