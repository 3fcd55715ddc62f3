import type { DanglingRecord } from "./dangling-records";
import { type Comparison, compare } from "./policy/comparison";
import { clusterIdsIn } from "./policy/holding";
import type { ReaperMemory, SeenCluster } from "./policy/memory";
import type { Begun } from "./policy/situation";
import type { World } from "./policy/world";
import type { Known, Sources } from "./sources";

/** The present comparison of stacks, pull requests and account. */
export interface ComparedStacks {
  readonly comparison: Comparison;
  /** All stacks with the comparison's result for each; empty when they could not be listed. */
  readonly stacks: readonly Known[];
  /** Clusters of this project that were seen, for the record. */
  readonly clusters: readonly SeenCluster[];
  /** Records that point to no resource. */
  readonly dangling: readonly DanglingRecord[];
  /** Uuid of the compared account, for the record. */
  readonly accounts: readonly string[];
}

/**
 * Lists stacks, pull requests and account, and compares them. If a list fails, the comparison is refused without an error.
 *
 * @param now - Unix seconds
 */
export async function compareNow(
  sources: Sources,
  record: ReaperMemory,
  now: number,
): Promise<ComparedStacks> {
  const [stacks, account, token] = await Promise.all([
    sources.stacks(),
    sources.account(),
    sources.token(),
  ]);
  const known = stacks.state === "complete" ? stacks.items : [];
  const numbers = [...new Set(known.flatMap(({ pullRequest }) => pullRequest ?? []))];
  const pullRequests = await sources.pullRequests?.(numbers);
  const world: World = {
    project: sources.project,
    stacks:
      stacks.state === "complete"
        ? {
            state: "complete",
            items: known.map((one) => ({
              ...one.situation,
              pullRequest: one.pullRequest,
              begun: begunOn(one, record),
            })),
          }
        : stacks,
    account,
    token,
    recordedAccounts: record.accounts,
    pullRequests,
    knownClusters: record.clusters,
  };
  const comparison = compare(world, now);
  return {
    comparison,
    stacks: known.map((one) => withRemembered(one, comparison, record)),
    clusters: seenClusters(world, comparison, now),
    dangling: comparison.state === "compared" ? await sources.danglingRecords() : [],
    accounts: comparison.state === "compared" ? [token.uuid] : [],
  };
}

/** Adds facts from outside of the stack: the comparison's result, and teardowns that the reaper began. */
export function withRemembered(known: Known, comparison: Comparison, record: ReaperMemory): Known {
  const { situation } = known;
  const { stack: name } = situation;
  const { orphaned, owned, fault } =
    comparison.state === "compared"
      ? {
          orphaned: comparison.orphaned.get(name),
          owned: comparison.owned.get(name) ?? [],
          fault: comparison.faults.get(name),
        }
      : { owned: [] };
  const begun = begunOn(known, record);
  return {
    ...known,
    situation: {
      ...situation,
      clusterIds: [...new Set([...situation.clusterIds, ...owned])],
      ...(fault === undefined
        ? {}
        : { fault: situation.fault === undefined ? fault : `${situation.fault}; ${fault}` }),
      orphaned,
      ...(begun && { begun }),
    },
  };
}

/** Returns the act that a killed run began on a stack, unless the environment was used since. */
function begunOn({ situation, signals }: Known, record: ReaperMemory): Begun | undefined {
  const begun = record.begun.find(
    ({ stack, at }) => stack === situation.stack && at >= (situation.createdAt ?? Infinity),
  );
  const isUsedSince = signals.some(
    (one) => one.signal === "use" && one.state === "read" && (one.at ?? 0) > (begun?.at ?? 0),
  );
  return begun && !isUsedSince ? { at: begun.at, due: begun.due } : undefined;
}

/** Returns clusters that stacks own, and known ones that left resources behind. */
function seenClusters(
  { account, knownClusters }: World,
  comparison: Comparison,
  now: number,
): SeenCluster[] {
  const owned =
    comparison.state === "compared"
      ? [...comparison.owned].flatMap(([stack, ids]) => ids.map((id) => ({ id, stack })))
      : [];
  const holdings = Object.values(account).flatMap((listing) =>
    listing.state === "complete" ? listing.items : [],
  );
  const traces = new Set(holdings.flatMap(clusterIdsIn));
  const remembered = knownClusters.filter(({ id }) => traces.has(id));
  const seen = new Map([...remembered, ...owned].map((cluster) => [cluster.id, cluster.stack]));
  return [...seen].map(([id, stack]) => ({ id, stack, seenAt: now }));
}
