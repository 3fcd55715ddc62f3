import type { AccountIdentity } from "../../../core/account-identity";
import { dataTag } from "../../../core/data/kept-claim";
import { idIn, namingTags, PRODUCT_TAG, projectTag } from "../../../core/digitalocean-tags";
import type { Listing } from "../../../core/listing";
import { physicalName } from "../../../core/names";
import { type Ownership, ownershipOf } from "../../../core/ownership";
import { accountErrors } from "../../../core/rules/account";
import { contestedErrors, soleOwnerErrors } from "../../../core/rules/sole-owner";
import type { Orphaned, Situation } from "./situation";
import { formatSpan } from "./wording";

/** A stack, as far as it is compared. */
export type ComparedStack = Pick<
  Situation,
  "stack" | "id" | "account" | "clusterIds" | "lockedBy" | "lastUpdateAt" | "fault"
> & {
  /** Number of the pull request that it is for. */
  readonly pullRequest?: number;
  /** Uuid that its kept data carries. @default - it has never slept */
  readonly dataId?: string;
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

/** The account's resources of all owners. */
export interface AccountListing {
  readonly cluster: Listing<Holding>;
  readonly droplet: Listing<Holding>;
  readonly "load balancer": Listing<Holding>;
  readonly volume: Listing<Holding>;
  readonly "volume snapshot": Listing<Holding>;
}
export type HoldingKind = keyof AccountListing;

/** A cluster of this project, whether it is there or not. */
export interface KnownCluster {
  readonly id: string;
  readonly stack: string;
}

export interface World {
  readonly project: string;
  readonly stacks: Listing<ComparedStack>;
  readonly account: AccountListing;
  /** The account that the token is for. */
  readonly token: AccountIdentity;
  /** Uuids of the accounts that the reaper's record is of. */
  readonly recordedAccounts: readonly string[];
  /** @default - no repository is configured */
  readonly pullRequests?: Listing<PullRequest>;
  /** Clusters that stacks of this project owned at some earlier time. */
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
  /** Whether one of these stacks owns it. Otherwise it is only called so: it is reported, and never destroyed. */
  readonly certain: boolean;
  /** In words. */
  readonly why: string;
}

export type Comparison =
  | {
      readonly state: "compared";
      /** By stack. */
      readonly orphaned: ReadonlyMap<string, Orphaned>;
      /** Ids of the clusters in the account that each stack owns, in its state or not: what a teardown of it deletes. */
      readonly owned: ReadonlyMap<string, readonly string[]>;
      /** Why of some stacks nothing follows: they are in another account, or two own the same. In words, by stack. */
      readonly faults: ReadonlyMap<string, string>;
      readonly strays: readonly Stray[];
    }
  /** Nothing may be destroyed: one list or another does not tell the truth, in words. */
  | { readonly state: "refused"; readonly reasons: readonly string[] };

/**
 * A cluster that is younger may be one whose creation is under way: DigitalOcean's provider waits half an hour for it,
 * and writes no state before.
 */
const YOUNG_SECONDS = 3_600;

type Claims = ReadonlyMap<string, Ownership<Holding>>;

interface Lists {
  readonly stacks: readonly ComparedStack[];
  readonly account: { readonly [kind in HoldingKind]: readonly Holding[] };
  readonly pullRequests: readonly PullRequest[];
}

/**
 * Compares stacks, pull requests and the account. A stack owns what is in its state or carries its id, and what the
 * controllers of its clusters have made. Clusters that are only called so are found, too, as nobody's.
 *
 * @param now - Unix seconds
 */
export function compare(world: World, now: number): Comparison {
  const lists = completeLists(world);
  if (Array.isArray(lists)) {
    return { state: "refused", reasons: lists };
  }
  const { project, token } = world;
  const claims = claimsOf(project, lists);
  const faults = faultsOf(lists, claims, token);
  const reasons = [...otherAccounts(world), ...suspicions(project, lists, faults)];
  if (reasons.length > 0) {
    return { state: "refused", reasons };
  }
  const sound = { ...lists, stacks: lists.stacks.filter(({ stack }) => !faults.has(stack)) };
  const owned = new Map(
    sound.stacks.map(({ stack, clusterIds }) => [
      stack,
      [...clusterIds, ...(claims.get(stack)?.strays ?? []).map(({ id }) => id)],
    ]),
  );
  return {
    state: "compared",
    orphaned: orphanedStacks(sound),
    owned,
    faults,
    strays: [
      ...strayClusters(sound.stacks, claims, now),
      ...foreignClusters(project, lists, claims, now),
      ...leftovers(sound, world.knownClusters),
      ...unclaimedData(project, lists, now),
    ],
  };
}

/** The claims of each stack. Each is asked only about clusters that can concern it. */
function claimsOf(project: string, { stacks, account: { cluster } }: Lists): Claims {
  const concerned = new Map<string, Holding[]>();
  for (const one of cluster) {
    for (const key of [one.id, idIn(one.tags), stackTagIn(one.tags)]) {
      if (key !== undefined) {
        concerned.set(key, [...(concerned.get(key) ?? []), one]);
      }
    }
  }
  return new Map(
    stacks.map(({ stack, id, clusterIds }) => {
      const [, stackTag = ""] = namingTags(project, stack);
      const keys = [...clusterIds, ...(id === undefined ? [] : [id]), stackTag];
      const candidates = new Set(keys.flatMap((key) => concerned.get(key) ?? []));
      return [stack, ownershipOf({ project, stack, id, clusterIds }, [...candidates])];
    }),
  );
}

function stackTagIn(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith("stack:"));
}

/** A record of another account tells nothing about this one. */
function otherAccounts({ recordedAccounts, token }: World): string[] {
  return recordedAccounts
    .filter((uuid) => uuid !== token.uuid)
    .map(
      (uuid) =>
        `the reaper's record is of account ${uuid}, and the token is for account ${token.uuid} (${token.name})`,
    );
}

/** Stacks of which nothing follows, with the reason. */
function faultsOf(
  { stacks, account: { cluster } }: Lists,
  claims: Claims,
  current: AccountIdentity,
): Map<string, string> {
  const live = new Set(cluster.map(({ id }) => id));
  const holders = new Map<string, ComparedStack[]>();
  for (const one of stacks) {
    for (const key of [...one.clusterIds, ...(one.id === undefined ? [] : [one.id])]) {
      holders.set(key, [...(holders.get(key) ?? []), one]);
    }
  }
  const rivalsOf = ({ id, clusterIds }: ComparedStack) =>
    [...clusterIds, ...(id === undefined ? [] : [id])].flatMap((key) => holders.get(key) ?? []);
  return new Map(
    stacks.flatMap((one): [string, string][] => {
      const { stack, account: recorded, clusterIds } = one;
      const missing = clusterIds.filter((id) => !live.has(id));
      const [error] = [
        ...accountErrors({ stack, recorded, current, missing }),
        ...soleOwnerErrors(one, rivalsOf(one)),
        ...contestedErrors(stack, claims.get(stack)?.contested ?? []),
      ];
      return error === undefined ? [] : [[stack, error.message]];
    }),
  );
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

/** Lists that are complete and cannot be true, as of another backend. */
function suspicions(
  project: string,
  { stacks, account }: Lists,
  faults: ReadonlyMap<string, string>,
): string[] {
  const named = account.cluster.filter((cluster) => isOfProject(cluster, project));
  if (stacks.length === 0 && named.length > 0) {
    return [
      `there is no stack, but the account has ${named.length} of this project's clusters: is it the right backend?`,
    ];
  }
  // Many may live on one.
  const claimed = [...new Set(stacks.flatMap(({ clusterIds }) => clusterIds))];
  const traces = new Set([
    ...account.cluster.map(({ id }) => id),
    ...Object.values(account).flat().flatMap(clusterIdsIn),
  ]);
  const missing = claimed.filter((id) => !traces.has(id));
  // Which account they are in is known of these: that is not what is wrong.
  const elsewhere = stacks
    .filter(({ stack }) => faults.has(stack))
    .flatMap((one) => one.clusterIds);
  const unexplained = missing.filter((id) => !elsewhere.includes(id));
  return unexplained.length * 2 > claimed.length
    ? [
        `${unexplained.length} of the stacks' ${claimed.length} clusters are not in the account: is it the right account?`,
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

/** Clusters that carry a stack's id and are not in its state. */
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

/** Clusters that are called like this project's, and that none of its stacks owns. */
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
  // One of these may own it, and cannot tell now.
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
      why: `${formatSpan(now - cluster.createdAt)} old, called like this project's, and without the id of one of its stacks`,
    }));
}

function isOld({ createdAt }: Holding, now: number): boolean {
  return now - createdAt >= YOUNG_SECONDS;
}

function unknownCluster(cluster: Holding, now: number) {
  const since = Math.min(cluster.createdAt + YOUNG_SECONDS, now);
  return { ...stray("cluster", cluster), cause: "unknownCluster", since } as const;
}

/** Resources in the account whose clusters of this project are gone. */
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

/** Kept data, and volumes made of it, of an environment that is none of the stacks: only its owner may delete it. */
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

/** Nodes carry their environment's id, and their cluster's; what its controllers make carries that of the cluster only. */
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

/** Whether it is called as if this project had made it. */
function isOfProject({ tags }: Holding, project: string): boolean {
  return tags.includes(PRODUCT_TAG) && tags.includes(projectTag(project));
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
function stackIn(tags: readonly string[]): string {
  return stackTagIn(tags)?.slice("stack:".length) ?? "";
}

function stray(kind: HoldingKind, holding: Holding) {
  return { ...holding, kind, key: `${kind}/${holding.id}` };
}
