import type { AccountIdentity } from "../../../core/account-identity";
import type { Listing } from "../../../core/listing";
import type { Holding } from "./holding";
import type { Situation } from "./situation";

export type ComparedStack = Pick<
  Situation,
  "stack" | "id" | "account" | "clusterIds" | "lockedBy" | "lastUpdateAt" | "fault" | "begun"
> & {
  readonly pullRequest?: number;
  /** Uuid in the tags of its kept data. @default - it has never slept */
  readonly dataId?: string;
};

export interface PullRequest {
  readonly number: number;
  readonly state: "open" | "closed";
  /** Unix seconds. */
  readonly closedAt?: number;
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

export interface KnownCluster {
  readonly id: string;
  readonly stack: string;
}

export interface World {
  readonly project: string;
  readonly stacks: Listing<ComparedStack>;
  readonly account: AccountListing;
  readonly token: AccountIdentity;
  readonly recordedAccounts: readonly string[];
  /** @default - no repository is configured */
  readonly pullRequests?: Listing<PullRequest>;
  /** Clusters that stacks of this project owned at some earlier time. */
  readonly knownClusters: readonly KnownCluster[];
}

export interface Lists {
  readonly stacks: readonly ComparedStack[];
  readonly account: { readonly [kind in HoldingKind]: readonly Holding[] };
  readonly pullRequests: readonly PullRequest[];
}

/** Returns the lists, or the reasons why some are incomplete. */
export function completeLists({ stacks, account, pullRequests }: World): Lists | string[] {
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
