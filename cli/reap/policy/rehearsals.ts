import type { Cause } from "./situation";

/** Records that a rehearsal would have destroyed a stack. */
export interface Rehearsal {
  readonly stack: string;
  readonly cause: Cause;
  /** Unix seconds. */
  readonly at: number;
}

/** A use of a stack that later evidence proves. */
export interface Use {
  readonly stack: string;
  /** Unix seconds. */
  readonly at: number;
}

export interface Review {
  /** Number of environments that would have been destroyed; one counts again after a later use. */
  readonly wouldHaveDestroyed: number;
  readonly usedAfterwards: number;
  /** Share of the second in the first, from 0 to 1; 0 if both are 0. */
  readonly falsePositiveRate: number;
  readonly falsePositives: readonly FalsePositive[];
}

interface FalsePositive extends Rehearsal {
  /** First use afterwards, Unix seconds. */
  readonly usedAt: number;
}

/**
 * Counts the environments that rehearsals would have destroyed, and those that were used afterwards. Repeated decisions
 * count once until the stack is used, because it would have been gone.
 */
export function review(decisions: readonly Rehearsal[], uses: readonly Use[]): Review {
  const usesOf = byStack(uses);
  const deaths: (Rehearsal & { readonly usedAt?: number })[] = [];
  const goneUntil = new Map<string, number>();
  for (const decision of [...decisions].sort((one, other) => one.at - other.at)) {
    if (decision.at < (goneUntil.get(decision.stack) ?? -Infinity)) {
      continue;
    }
    const usedAt = usesOf.get(decision.stack)?.find((at) => at > decision.at);
    deaths.push({ ...decision, usedAt });
    goneUntil.set(decision.stack, usedAt ?? Infinity);
  }
  const falsePositives = deaths.filter(
    (death): death is FalsePositive => death.usedAt !== undefined,
  );
  return {
    wouldHaveDestroyed: deaths.length,
    usedAfterwards: falsePositives.length,
    falsePositiveRate: deaths.length === 0 ? 0 : falsePositives.length / deaths.length,
    falsePositives,
  };
}

/** Times by stack, ascending. */
function byStack(uses: readonly Use[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (const { stack, at } of [...uses].sort((one, other) => one.at - other.at)) {
    const before = times.get(stack);
    if (before) {
      before.push(at);
    } else {
      times.set(stack, [at]);
    }
  }
  return times;
}
