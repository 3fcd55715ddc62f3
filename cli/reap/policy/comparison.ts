import type { AccountIdentity } from "../../../core/account-identity";
import { idIn, namingTags } from "../../../core/digitalocean-tags";
import { ownershipOf } from "../../../core/ownership";
import { accountErrors } from "../../../core/rules/account";
import { contestedErrors, soleOwnerErrors } from "../../../core/rules/sole-owner";
import { clusterIdsIn, type Holding, isOfProject, stackTagIn } from "./holding";
import type { Orphaned } from "./situation";
import { type Claims, type Stray, straysIn } from "./strays";
import { type ComparedStack, completeLists, type Lists, type World } from "./world";

export type Comparison =
  | {
      readonly state: "compared";
      /** By stack. */
      readonly orphaned: ReadonlyMap<string, Orphaned>;
      /** Ids of the clusters in the account that each stack owns, in its state or not; its teardown deletes them. */
      readonly owned: ReadonlyMap<string, readonly string[]>;
      /** Stacks that cannot be judged, with the reason: another account, or two stacks that own the same cluster. */
      readonly faults: ReadonlyMap<string, string>;
      readonly strays: readonly Stray[];
    }
  /** Reasons why nothing may be destroyed: some list is incomplete or cannot be true. */
  | { readonly state: "refused"; readonly reasons: readonly string[] };

/**
 * Compares stacks, pull requests and the account. A stack owns resources that are in its state or carry its id, and those
 * that controllers of its clusters created. A cluster that only has its name is reported without an owner.
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
    strays: straysIn(world, lists, sound, claims, now),
  };
}

/** Returns the claims of each stack on the clusters that can concern it. */
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

/** A reaper's record of another account proves nothing about this one. */
function otherAccounts({ recordedAccounts, token }: World): string[] {
  return recordedAccounts
    .filter((uuid) => uuid !== token.uuid)
    .map(
      (uuid) =>
        `the reaper's record is of account ${uuid}, and the token is for account ${token.uuid} (${token.name})`,
    );
}

/** Returns the stacks that cannot be judged, with the reason. */
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

/** Returns the reasons why complete lists cannot be true, for example because of another backend. */
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
  // Many environments may share one cluster.
  const claimed = [...new Set(stacks.flatMap(({ clusterIds }) => clusterIds))];
  const traces = new Set([
    ...account.cluster.map(({ id }) => id),
    ...Object.values(account).flat().flatMap(clusterIdsIn),
  ]);
  const missing = claimed.filter((id) => !traces.has(id));
  // The account of these stacks is known, or a killed run of the reaper has begun to destroy them.
  const explained = stacks
    .filter(({ stack, begun }) => faults.has(stack) || begun?.due.action === "destroy")
    .flatMap((one) => one.clusterIds);
  const unexplained = missing.filter((id) => !explained.includes(id));
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
