import { createHash } from "node:crypto";
import { withoutDeadLocks } from "../stacks/locks";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { useSignal } from "./evidence/use";
import { policyReader } from "./policies";
import type { Situation } from "./policy/situation";
import { situationOf } from "./situations";
import type { Known } from "./sources";

// In a file of its own, so that `list` need not load the clients of accounts and clusters.

/**
 * Returns a revision that changes with every change of the stack's state, tags or locks. A lock whose owner has certainly
 * ended does not count: the reaper breaks it itself.
 */
export function stackRevision(env: NodeJS.ProcessEnv, record: StackRecord): string {
  const { lastUpdate, tags, fault } = record;
  const facts = [lastUpdate, Object.entries(tags).sort(), withoutDeadLocks(env, record), fault];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/**
 * Opens the project's stacks for verdicts.
 *
 * @param askPulumi - whether to ask pulumi for clusters that the outputs do not name, which only the comparison needs
 */
export function knownStackReader(
  context: Context,
  askPulumi: boolean,
): (record: StackRecord) => Promise<Known> {
  const policyOf = policyReader(context);
  return async (record) => {
    const { policy, fault } = await policyOf(record);
    const said = await situationOf(context, record, fault, askPulumi);
    const { pullRequest, ...situation } = { ...said, ...byPlacement(record) };
    return {
      situation,
      policy,
      pullRequest,
      signals: [useSignal(record.tags.lastUsed)],
      revision: stackRevision(context.env, record),
    };
  };
}

/** A shared cluster or a domain is not an environment, and a tenant has no cluster of its own. */
function byPlacement({ outputs: { placement } }: StackRecord): Partial<Situation> {
  switch (placement) {
    case "host":
      return { protected: true };
    case "domain":
      return { protected: true, clusterIds: [] };
    case "namespace":
      return { clusterIds: [] };
    default:
      return {};
  }
}
