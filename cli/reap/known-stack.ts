import { createHash } from "node:crypto";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { useSignal } from "./evidence/use";
import { policyReader } from "./policies";
import type { Situation } from "./policy/situation";
import { situationOf } from "./situations";
import type { Known } from "./sources";

// Apart from the sources of measurements: list judges stacks, too, and need not load what asks accounts and clusters.

/** Changes with whatever anybody does to a stack: its state, its tags, who holds it. */
export function revisionOf({ lastUpdate, tags, locks, updating, fault }: StackRecord): string {
  const facts = [lastUpdate, Object.entries(tags).sort(), locks, updating, fault];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/**
 * Opens the project's stacks to be judged.
 *
 * @param askPulumi - whether to ask it for clusters that no output tells: they are compared, and do not matter else
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
      revision: revisionOf(record),
    };
  };
}

/** A shared cluster and a domain are nobody's environment, and an environment on it has no cluster of its own. */
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
