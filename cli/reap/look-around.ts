import {
  type Comparison,
  clusterIdsIn,
  compare,
  isOfProject,
  stackIn,
  type World,
} from "./policy/comparison";
import type { ReaperMemory, SeenCluster } from "./policy/memory";
import type { Known, Sources } from "./sources";

/** Stacks, pull requests and account side by side, as they are now. */
export interface View {
  readonly comparison: Comparison;
  /** All stacks, what the comparison says of each included; none when they could not be listed. */
  readonly stacks: readonly Known[];
  /** Clusters of this project that were seen, to be remembered. */
  readonly clusters: readonly SeenCluster[];
}

/**
 * Lists stacks, pull requests and account, and compares them. A list that cannot be had refuses the comparison; it is no
 * error here.
 *
 * @param now - Unix seconds
 */
export async function lookAround(
  sources: Sources,
  record: ReaperMemory,
  now: number,
): Promise<View> {
  const [stacks, account] = await Promise.all([sources.stacks(), sources.account()]);
  const known = stacks.state === "complete" ? stacks.items : [];
  const numbers = [...new Set(known.flatMap(({ pullRequest }) => pullRequest ?? []))];
  const pullRequests = await sources.pullRequests?.(numbers);
  const world: World = {
    project: sources.project,
    stacks:
      stacks.state === "complete"
        ? {
            state: "complete",
            items: known.map(({ situation, pullRequest }) => ({ ...situation, pullRequest })),
          }
        : stacks,
    account,
    ...(pullRequests ? { pullRequests } : {}),
    knownClusters: record.clusters,
  };
  const comparison = compare(world, now);
  return {
    comparison,
    stacks: known.map((one) => withRemembered(one, comparison, record)),
    clusters: seenClusters(world, now),
  };
}

/** A stack with what does not stand in it: what the comparison has found, and what the reaper had begun. */
export function withRemembered(known: Known, comparison: Comparison, record: ReaperMemory): Known {
  const { situation, signals } = known;
  const orphaned =
    comparison.state === "compared" ? comparison.orphaned.get(situation.stack) : undefined;
  const begun = record.begun.find(
    ({ stack, at }) => stack === situation.stack && at >= (situation.createdAt ?? Infinity),
  );
  const isUsedSince = signals.some(
    (one) => one.signal === "use" && one.state === "read" && (one.at ?? 0) > (begun?.at ?? 0),
  );
  return {
    ...known,
    situation: {
      ...situation,
      ...(orphaned ? { orphaned } : {}),
      ...(begun && !isUsedSince ? { begun: { at: begun.at, due: begun.due } } : {}),
    },
  };
}

/** Those in stacks, those with this project's tags, and those that were known and have left something behind. */
function seenClusters(
  { project, stacks, account, knownClusters }: World,
  now: number,
): SeenCluster[] {
  const claimed =
    stacks.state === "complete"
      ? stacks.items.flatMap(({ stack, clusterIds }) => clusterIds.map((id) => ({ id, stack })))
      : [];
  const holdings = Object.values(account).flatMap((listing) =>
    listing.state === "complete" ? listing.items : [],
  );
  const clusters = account.cluster.state === "complete" ? account.cluster.items : [];
  const tagged = clusters
    .filter((cluster) => isOfProject(cluster, project))
    .map(({ id, tags }) => ({ id, stack: stackIn(tags) }));
  const traces = new Set(holdings.flatMap(clusterIdsIn));
  const remembered = knownClusters.filter(({ id }) => traces.has(id));
  const seen = new Map(
    [...remembered, ...tagged, ...claimed].map((cluster) => [cluster.id, cluster.stack]),
  );
  return [...seen].map(([id, stack]) => ({ id, stack, seenAt: now }));
}
