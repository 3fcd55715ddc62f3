import { lastUse, SIGNALS, type Signal, seenAt } from "./evidence";
import type { Rehearsal, Use } from "./rehearsals";
import { isInShard, type Shard } from "./shard";
import type { Begun } from "./situation";
import type { Verdict } from "./verdict";
import type { Delivered } from "./warnings";
import type { KnownCluster } from "./world";

/** The reaper's record from one run to the next. All times are Unix seconds. */
export interface ReaperMemory {
  /** Last proved use of each stack. */
  readonly uses: readonly ProvedUse[];
  readonly delivered: readonly Delivered[];
  /** Uuids of the accounts that it covers: one, unless something is wrong. */
  readonly accounts: readonly string[];
  /** Clusters that a stack of this project owned at their last sight. */
  readonly clusters: readonly SeenCluster[];
  /** Teardowns that the reaper began, finished or not. */
  readonly begun: readonly BegunOn[];
  /** Environments that a rehearsal would have destroyed. */
  readonly rehearsed: readonly Rehearsal[];
  readonly usedAfterwards: readonly Use[];
}

export interface ProvedUse extends Use {
  readonly proof: string;
}

export interface SeenCluster extends KnownCluster {
  readonly seenAt: number;
}

interface BegunOn extends Begun {
  readonly stack: string;
}

export const EMPTY_MEMORY: ReaperMemory = {
  accounts: [],
  uses: [],
  delivered: [],
  clusters: [],
  begun: [],
  rehearsed: [],
  usedAfterwards: [],
};

const DAY = 86_400;

/** Seconds for which entries are kept after they last mattered. Uses are kept as long as the stack exists. */
export const KEPT_SECONDS = {
  uses: 30 * DAY,
  delivered: 30 * DAY,
  clusters: 90 * DAY,
  begun: 7 * DAY,
  /** Long enough to review a rehearsal of two months. */
  rehearsed: 60 * DAY,
} as const;

/** Seconds after which all entries of a record that is no longer written have lapsed. */
export const LONGEST_KEPT_SECONDS = Math.max(...Object.values(KEPT_SECONDS));

/** Merges the records of several shards. */
export function mergeRecords(records: readonly ReaperMemory[]): ReaperMemory {
  return {
    accounts: [...new Set(records.flatMap(({ accounts }) => accounts))],
    uses: newestBy(
      records.flatMap(({ uses }) => uses),
      ({ stack }) => stack,
      ({ at }) => at,
    ),
    delivered: distinct(records.flatMap(({ delivered }) => delivered)),
    clusters: newestBy(
      records.flatMap(({ clusters }) => clusters),
      ({ id }) => id,
      ({ seenAt: at }) => at,
    ),
    begun: newestBy(
      records.flatMap(({ begun }) => begun),
      ({ stack }) => stack,
      ({ at }) => at,
    ),
    rehearsed: distinct(records.flatMap(({ rehearsed }) => rehearsed)),
    usedAfterwards: distinct(records.flatMap(({ usedAfterwards }) => usedAfterwards)),
  };
}

/**
 * Drops entries of a record that no longer matter, so that it does not grow for ever.
 *
 * @param stacks - names of all stacks
 */
export function withoutOld(
  record: ReaperMemory,
  stacks: ReadonlySet<string>,
  now: number,
): ReaperMemory {
  const isYoung = (at: number, kept: number) => now - at <= kept;
  return {
    accounts: record.accounts,
    uses: record.uses.filter(
      ({ stack, at }) => stacks.has(stack) || isYoung(at, KEPT_SECONDS.uses),
    ),
    delivered: record.delivered.filter(({ dueAt, deliveredAt }) =>
      isYoung(Math.max(dueAt, deliveredAt), KEPT_SECONDS.delivered),
    ),
    clusters: record.clusters.filter(({ seenAt: at }) => isYoung(at, KEPT_SECONDS.clusters)),
    begun: record.begun.filter(({ at }) => isYoung(at, KEPT_SECONDS.begun)),
    rehearsed: record.rehearsed.filter(({ at }) => isYoung(at, KEPT_SECONDS.rehearsed)),
    usedAfterwards: record.usedAfterwards.filter(({ at }) => isYoung(at, KEPT_SECONDS.rehearsed)),
  };
}

/** Returns the entries about a shard's own stacks, which that shard writes. Each shard keeps its own warnings about strays. */
export function partOf(record: ReaperMemory, shard: Shard): ReaperMemory {
  const isOwn = ({ stack }: { readonly stack: string }) => isInShard(stack, shard);
  return {
    accounts: record.accounts,
    uses: record.uses.filter(isOwn),
    delivered: record.delivered.filter(({ subject }) => isInShard(subject, shard)),
    clusters: record.clusters.filter(isOwn),
    begun: record.begun.filter(isOwn),
    rehearsed: record.rehearsed.filter(isOwn),
    usedAfterwards: record.usedAfterwards.filter(isOwn),
  };
}

const REMEMBERED = "an earlier run of the reaper";

/** Returns the remembered last use of each stack, whose evidence may be gone by now. */
export function rememberedUses({ uses }: ReaperMemory): Map<string, Signal> {
  return new Map(uses.map(({ stack, at, proof }) => [stack, seenAt("use", REMEMBERED, at, proof)]));
}

/** Returns the use that evidence proves, if it is later than the remembered one. */
export function provedUse({
  stack,
  evidence,
  situation,
}: Pick<Verdict, "stack" | "evidence" | "situation">): ProvedUse | undefined {
  const { at, signal } = lastUse(evidence, situation);
  return signal === undefined || signal.source === REMEMBERED
    ? undefined
    : { stack, at, proof: `${SIGNALS[signal.signal]} (${signal.source})` };
}

/** Returns the decision times of stacks that a rehearsal would have destroyed and that show no use since. */
export function pendingRehearsals({
  rehearsed,
  usedAfterwards,
}: ReaperMemory): Map<string, number> {
  const pending = new Map<string, number>();
  for (const { stack, at } of [...rehearsed].sort((one, other) => one.at - other.at)) {
    const isUsed = usedAfterwards.some((use) => use.stack === stack && use.at > at);
    if (!isUsed && !pending.has(stack)) {
      pending.set(stack, at);
    }
  }
  return pending;
}

function newestBy<T>(
  items: readonly T[],
  key: (item: T) => string,
  at: (item: T) => number,
): readonly T[] {
  const newest = new Map<string, T>();
  for (const item of items) {
    const before = newest.get(key(item));
    if (before === undefined || at(item) > at(before)) {
      newest.set(key(item), item);
    }
  }
  return [...newest.values()];
}

function distinct<T extends object>(items: readonly T[]): readonly T[] {
  const key = (item: T) => JSON.stringify(Object.entries(item).sort());
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
