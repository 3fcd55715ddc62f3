import type { Listing } from "../../../core/listing";
import { physicalName } from "../../../core/names";
import { namingTags, PRODUCT_TAG } from "../../../core/tags";
import type { Orphaned, Situation } from "./situation";
import { formatSpan } from "./wording";

/** A stack, as far as it is compared. */
export type ComparedStack = Pick<
  Situation,
  "stack" | "clusterIds" | "lockedBy" | "lastUpdateAt" | "fault"
> & {
  /** Number of the pull request that it is for. */
  readonly pullRequest?: number;
};

/** A pull request, open or not. One that is not listed may be either. */
export interface PullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  /** Unix seconds. */
  readonly closedAt?: number;
}

/** Something in the account that costs money. */
export interface Holding {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** Unix seconds. */
  readonly createdAt: number;
  readonly usdPerMonth: number;
  /** Whether something uses it, such as a Droplet that a volume is attached to. */
  readonly inUse: boolean;
}

/** What the account holds, of whomever it is. */
export interface Account {
  readonly cluster: Listing<Holding>;
  readonly droplet: Listing<Holding>;
  readonly "load balancer": Listing<Holding>;
  readonly volume: Listing<Holding>;
  readonly "volume snapshot": Listing<Holding>;
}
export type HoldingKind = keyof Account;

/** A cluster of this project, whether it is there or not. */
export interface KnownCluster {
  readonly id: string;
  readonly stack: string;
}

export interface World {
  readonly project: string;
  readonly stacks: Listing<ComparedStack>;
  readonly account: Account;
  /** @default - no repository is configured */
  readonly pullRequests?: Listing<PullRequest>;
  /** Clusters that were in this project's stacks, or bore its tags, at some earlier time. */
  readonly knownClusters: readonly KnownCluster[];
}

/** Something of this project in the account that belongs to no environment any more. */
export interface Stray extends Holding {
  readonly kind: HoldingKind;
  /** Tells it from all others, also of other kinds. */
  readonly key: string;
  /** As its tags say, or the cluster's that it was made for. */
  readonly stack: string;
  readonly cause: "unknownCluster" | "clusterGone";
  /** Since when it can be told, Unix seconds. */
  readonly since: number;
  /**
   * Whether it is certain that it is of one of these stacks. Otherwise only its tags say whose it is, and its stack may
   * be in another of the project's backends.
   */
  readonly certain: boolean;
  /** In words. */
  readonly why: string;
}

export type Comparison =
  | {
      readonly state: "compared";
      /** By stack. */
      readonly orphaned: ReadonlyMap<string, Orphaned>;
      readonly strays: readonly Stray[];
    }
  /** Nothing may be destroyed: one list or another does not tell the truth, in words. */
  | { readonly state: "refused"; readonly reasons: readonly string[] };

/**
 * A cluster that is younger may be one whose creation is under way: DigitalOcean's provider waits half an hour for it,
 * and writes no state before.
 */
export const YOUNG_SECONDS = 3_600;

interface Lists {
  readonly stacks: readonly ComparedStack[];
  readonly account: { readonly [kind in HoldingKind]: readonly Holding[] };
  readonly pullRequests: readonly PullRequest[];
}

/**
 * Compares stacks, pull requests and the account. Whatever is found bears this project's tags, or the `k8s:<id>` of a
 * cluster that is known to be this project's. What is left of a cluster that nobody remembers cannot be told from
 * anybody else's, and is not found.
 *
 * @param now - Unix seconds
 */
export function compare(world: World, now: number): Comparison {
  const lists = completeLists(world);
  if (Array.isArray(lists)) {
    return { state: "refused", reasons: lists };
  }
  const reasons = suspicions(world.project, lists);
  if (reasons.length > 0) {
    return { state: "refused", reasons };
  }
  return {
    state: "compared",
    orphaned: orphanedStacks(lists),
    strays: [
      ...strayClusters(world.project, lists, now),
      ...leftovers(world.project, lists, world.knownClusters),
    ],
  };
}

/** The lists, or why they are not all complete. */
function completeLists({ stacks, account, pullRequests }: World): Lists | string[] {
  const all = { stacks, ...account, ...(pullRequests ? { "pull requests": pullRequests } : {}) };
  const faults = Object.entries(all).flatMap(([name, listing]) =>
    listing.state === "complete" ? [] : [`the list of ${name} is ${listing.state}: ${listing.why}`],
  );
  return faults.length > 0
    ? faults
    : {
        stacks: itemsOf(stacks),
        account: {
          cluster: itemsOf(account.cluster),
          droplet: itemsOf(account.droplet),
          "load balancer": itemsOf(account["load balancer"]),
          volume: itemsOf(account.volume),
          "volume snapshot": itemsOf(account["volume snapshot"]),
        },
        pullRequests: pullRequests ? itemsOf(pullRequests) : [],
      };
}

function itemsOf<T>(listing: Listing<T>): readonly T[] {
  return listing.state === "complete" ? listing.items : [];
}

/** Lists that are complete and cannot be true, as of another backend or another account. */
function suspicions(project: string, { stacks, account }: Lists): string[] {
  const ours = account.cluster.filter((cluster) => isOfProject(cluster, project));
  if (stacks.length === 0 && ours.length > 0) {
    return [
      `there is no stack, but the account has ${ours.length} of this project's clusters: is it the right backend?`,
    ];
  }
  // Many may live on one.
  const claimed = [...new Set(stacks.flatMap(({ clusterIds }) => clusterIds))];
  const traces = new Set([
    ...account.cluster.map(({ id }) => id),
    ...Object.values(account).flat().flatMap(clusterIdsIn),
  ]);
  const missing = claimed.filter((id) => !traces.has(id));
  return missing.length * 2 > claimed.length
    ? [
        `of ${missing.length} of the stacks' ${claimed.length} clusters there is no trace in the account: is it the right one?`,
      ]
    : [];
}

function orphanedStacks({ stacks, account, pullRequests }: Lists): Map<string, Orphaned> {
  const live = new Set(account.cluster.map(({ id }) => id));
  const closed = new Map(
    pullRequests
      .filter(({ state }) => state === "closed")
      .map((pullRequest) => [pullRequest.number, pullRequest]),
  );
  const orphaned = new Map<string, Orphaned>();
  for (const { stack, clusterIds, lastUpdateAt, pullRequest } of stacks) {
    const its = pullRequest === undefined ? undefined : closed.get(pullRequest);
    const since = lastUpdateAt ?? 0;
    if (its) {
      orphaned.set(stack, {
        cause: "pullRequestClosed",
        since: its.closedAt ?? since,
        why: `its pull request ${its.number} is closed`,
      });
    } else if (clusterIds.length > 0 && !clusterIds.some((id) => live.has(id))) {
      const why = `its cluster ${clusterIds.join(", ")} is not in the account`;
      orphaned.set(stack, { cause: "clusterGone", since, why });
    }
  }
  return orphaned;
}

/** Clusters of this project that are in no stack's state. */
function strayClusters(project: string, { stacks, account }: Lists, now: number): Stray[] {
  const claimed = new Set(stacks.flatMap(({ clusterIds }) => clusterIds));
  return account.cluster
    .filter((cluster) => isOfProject(cluster, project) && !claimed.has(cluster.id))
    .filter(({ createdAt }) => now - createdAt >= YOUNG_SECONDS)
    .flatMap((cluster) => {
      const stack = stacks.find((one) =>
        namingTags(project, one.stack).every((tag) => cluster.tags.includes(tag)),
      );
      // Who is at work on a stack may be creating this very cluster; and of a state that cannot be read nothing follows.
      if (stack && (stack.lockedBy.length > 0 || stack.fault !== undefined)) {
        return [];
      }
      const age = formatSpan(now - cluster.createdAt);
      return [
        {
          ...stray("cluster", cluster),
          stack: stack?.stack ?? stackIn(cluster.tags),
          cause: "unknownCluster",
          since: cluster.createdAt + YOUNG_SECONDS,
          certain: stack !== undefined,
          why: stack
            ? `${age} old, and not in its stack's state`
            : `${age} old, and there is no stack of that name`,
        },
      ];
    });
}

/** What is left in the account of this project's clusters that are gone. */
function leftovers(
  project: string,
  { stacks, account }: Lists,
  known: readonly KnownCluster[],
): Stray[] {
  const live = new Set(account.cluster.map(({ id }) => id));
  const busy = new Set(
    stacks
      .filter(({ lockedBy }) => lockedBy.length > 0)
      .flatMap(({ stack }) => [stack, physicalName(stack)]),
  );
  const gone = new Map(
    [...known, ...clustersByTags(project, account.droplet), ...clustersInStates(stacks)]
      .filter(({ id }) => !live.has(id))
      .map(({ id, stack }) => [id, stack]),
  );
  return (["droplet", "load balancer", "volume", "volume snapshot"] as const).flatMap((kind) =>
    account[kind].flatMap((holding): Stray[] => {
      const ids = clusterIdsIn(holding);
      const [id = ""] = ids;
      const stack = gone.get(id);
      // What bears the tags of two clusters may be needed by the other.
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

function clustersInStates(stacks: readonly ComparedStack[]): KnownCluster[] {
  return stacks.flatMap(({ stack, clusterIds }) => clusterIds.map((id) => ({ id, stack })));
}

/** Nodes bear their cluster's tags; what its controllers make bears its id only. */
function clustersByTags(project: string, droplets: readonly Holding[]): KnownCluster[] {
  return droplets
    .filter((droplet) => isOfProject(droplet, project))
    .flatMap((droplet) =>
      clusterIdsIn(droplet).map((id) => ({ id, stack: stackIn(droplet.tags) })),
    );
}

/** Whether its tags say that this project has made it. */
export function isOfProject({ tags }: Holding, project: string): boolean {
  const [projectTag = ""] = namingTags(project, "any");
  return tags.includes(PRODUCT_TAG) && tags.includes(projectTag);
}

/**
 * Ids of the clusters that made it, or that it is.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager (buildK8sTag)
 */
export function clusterIdsIn({ tags }: Holding): string[] {
  return [...new Set(tags.flatMap((tag) => /^k8s:([0-9a-f-]{36})$/.exec(tag)?.[1] ?? []))];
}

/** The stack that tags name: its physical name, or nothing. */
export function stackIn(tags: readonly string[]): string {
  return tags.find((tag) => tag.startsWith("stack:"))?.slice("stack:".length) ?? "";
}

function stray(kind: HoldingKind, holding: Holding) {
  return { ...holding, kind, key: `${kind}/${holding.id}` };
}
