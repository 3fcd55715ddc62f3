import { dataTag } from "../../../core/data/kept-claim";
import { idIn } from "../../../core/digitalocean-tags";
import { physicalName } from "../../../core/names";
import type { Ownership } from "../../../core/ownership";
import { clusterIdsIn, type Holding, isOfProject, stackIn } from "./holding";
import { formatSpan } from "./wording";
import type { ComparedStack, HoldingKind, KnownCluster, Lists, World } from "./world";

/** A resource of this project in the account that no longer belongs to an environment. */
export interface Stray extends Holding {
  readonly kind: HoldingKind;
  /** Unique among resources of all kinds. */
  readonly key: string;
  /** From its tags, or from those of its cluster. */
  readonly stack: string;
  readonly cause: "unknownCluster" | "clusterGone";
  /** Time since which it is a stray, Unix seconds. */
  readonly since: number;
  /** Whether one of these stacks owns it. If only its name matches, it is reported and never destroyed. */
  readonly certain: boolean;
  readonly why: string;
}

/**
 * A younger cluster may still be under creation: DigitalOcean's provider waits half an hour for it and writes no state
 * before.
 */
const YOUNG_SECONDS = 3_600;

/** Clusters of the account that each stack may claim, by stack. */
export type Claims = ReadonlyMap<string, Ownership<Holding>>;

/**
 * Finds resources that no longer belong to an environment.
 *
 * @param lists - all stacks, including those that cannot be judged
 * @param sound - stacks that can be judged
 * @param now - Unix seconds
 */
export function straysIn(
  { project, knownClusters }: Pick<World, "project" | "knownClusters">,
  lists: Lists,
  sound: Lists,
  claims: Claims,
  now: number,
): Stray[] {
  return [
    ...strayClusters(sound.stacks, claims, now),
    ...foreignClusters(project, lists, claims, now),
    ...leftovers(sound, knownClusters),
    ...unclaimedData(project, lists, now),
  ];
}

/** Finds clusters that carry a stack's id but are not in its state. */
function strayClusters(stacks: readonly ComparedStack[], claims: Claims, now: number): Stray[] {
  return (
    stacks
      // An update of a stack may be creating this very cluster, and an unreadable state proves nothing.
      .filter(({ lockedBy, fault }) => lockedBy.length === 0 && fault === undefined)
      .flatMap(({ stack }) =>
        (claims.get(stack)?.strays ?? [])
          .filter((cluster) => isOld(cluster, now))
          .map((cluster) => ({
            ...unknownCluster(cluster, now),
            stack,
            certain: true,
            why: `${formatSpan(now - cluster.createdAt)} old, and not in its stack's state`,
          })),
      )
  );
}

/** Finds clusters with names of this project that none of its stacks owns. */
function foreignClusters(
  project: string,
  { stacks, account }: Lists,
  claims: Claims,
  now: number,
): Stray[] {
  const claimed = new Set(
    stacks.flatMap(({ stack, clusterIds }) => [
      ...clusterIds,
      ...(claims.get(stack)?.strays ?? []).map(({ id }) => id),
    ]),
  );
  // A stack that cannot be judged may own it.
  const silent = new Set(
    stacks
      .filter(({ lockedBy, fault }) => lockedBy.length > 0 || fault !== undefined)
      .map(({ stack }) => physicalName(stack)),
  );
  return account.cluster
    .filter((cluster) => isOfProject(cluster, project) && !claimed.has(cluster.id))
    .filter((cluster) => isOld(cluster, now) && !silent.has(stackIn(cluster.tags)))
    .map((cluster) => ({
      ...unknownCluster(cluster, now),
      stack: stackIn(cluster.tags),
      certain: false,
      why: `${formatSpan(now - cluster.createdAt)} old, named like this project's clusters, but without the id of one of its stacks`,
    }));
}

function isOld({ createdAt }: Holding, now: number): boolean {
  return now - createdAt >= YOUNG_SECONDS;
}

function unknownCluster(cluster: Holding, now: number) {
  const since = Math.min(cluster.createdAt + YOUNG_SECONDS, now);
  return { ...stray("cluster", cluster), cause: "unknownCluster", since } as const;
}

/** Finds resources in the account whose clusters of this project are gone. */
function leftovers({ stacks, account }: Lists, known: readonly KnownCluster[]): Stray[] {
  const live = new Set(account.cluster.map(({ id }) => id));
  const busy = new Set(
    stacks
      .filter(({ lockedBy }) => lockedBy.length > 0)
      .flatMap(({ stack }) => [stack, physicalName(stack)]),
  );
  const gone = new Map(
    [...known, ...clustersById(stacks, account.droplet), ...clustersInStates(stacks)]
      .filter(({ id }) => !live.has(id))
      .map(({ id, stack }) => [id, stack]),
  );
  return (["droplet", "load balancer", "volume", "volume snapshot"] as const).flatMap((kind) =>
    account[kind].flatMap((holding): Stray[] => {
      const ids = clusterIdsIn(holding);
      const [id = ""] = ids;
      const stack = gone.get(id);
      // A resource with the tags of two clusters may be needed by the other.
      if (ids.length !== 1 || stack === undefined || busy.has(stack) || holding.inUse) {
        return [];
      }
      return [
        {
          ...stray(kind, holding),
          stack,
          cause: "clusterGone",
          since: holding.createdAt,
          certain: true,
          why: `its cluster ${id} is gone`,
        },
      ];
    }),
  );
}

/** Finds kept data without a stack, and volumes created from it. It is reported, because only its owner may delete it. */
function unclaimedData(project: string, { stacks, account }: Lists, now: number): Stray[] {
  const claimed = new Set(stacks.flatMap(({ dataId }) => (dataId ? [dataTag(dataId)] : [])));
  return (["volume", "volume snapshot"] as const).flatMap((kind) =>
    account[kind]
      .filter((holding) => isOfProject(holding, project) && !holding.inUse && isOld(holding, now))
      .filter((holding) => clusterIdsIn(holding).length === 0)
      .filter(({ tags }) => tags.some((tag) => tag.startsWith("data:") && !claimed.has(tag)))
      .map((holding) => ({
        ...stray(kind, holding),
        stack: stackIn(holding.tags),
        cause: "clusterGone",
        since: holding.createdAt,
        certain: false,
        why: "keeps data of an environment that has no stack",
      })),
  );
}

function clustersInStates(stacks: readonly ComparedStack[]): KnownCluster[] {
  return stacks.flatMap(({ stack, clusterIds }) => clusterIds.map((id) => ({ id, stack })));
}

/** Nodes carry the ids of their environment and cluster; resources of the cluster's controllers carry only the cluster's. */
function clustersById(
  stacks: readonly ComparedStack[],
  droplets: readonly Holding[],
): KnownCluster[] {
  const stackOf = new Map(
    stacks.flatMap(({ stack, id }) => (id === undefined ? [] : [[id, stack]])),
  );
  return droplets.flatMap((droplet) => {
    const stack = stackOf.get(idIn(droplet.tags) ?? "");
    return stack === undefined ? [] : clusterIdsIn(droplet).map((id) => ({ id, stack }));
  });
}

function stray(kind: HoldingKind, holding: Holding) {
  return { ...holding, kind, key: `${kind}/${holding.id}` };
}
