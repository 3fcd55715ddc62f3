import { type DataSettings, keepOf } from "../../core/data/keep";
import type { KeptClaim } from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import type { StackRecord } from "../stacks/record";
import type { TagChanges } from "../stacks/stack-tags";
import { wordChanges, wordsIn } from "../stacks/word-tags";

/** Tags `claims1`, `claims2`, ... name the claims whose data a sleep keeps. */
const LIST = "claims";

/**
 * Returns the changes that record the claims whose data a sleep keeps. The account alone does not show that a copy is gone.
 *
 * @param kept - claims that are kept already or will be. @default - the cluster is gone, or nothing can be kept
 */
export function copyChanges(
  tags: StackRecord["tags"],
  kept: readonly Pick<KeptClaim, "claim">[] | undefined,
): TagChanges {
  if (kept === undefined && tags.asleep !== undefined) {
    return {}; // An unfinished sleep has recorded them.
  }
  return wordChanges(tags, LIST, [...new Set(kept?.map(({ claim }) => claim))]);
}

/**
 * Returns the changes of a wake before its update. Its update may delete claims that left the tree: after a kill they would
 * count as missing.
 */
export function copiesWithout(tags: StackRecord["tags"], forgotten: readonly string[]): TagChanges {
  const rest = wordsIn(tags, LIST).filter((name) => !forgotten.includes(name));
  return wordChanges(tags, LIST, rest);
}

/** Returns the changes of a wake, which has restored every claim. */
export function noCopies(tags: StackRecord["tags"]): TagChanges {
  return wordChanges(tags, LIST, []);
}

/**
 * Names the claims whose data a sleep kept and of which no copy exists any more: an unfinished teardown or another program
 * has deleted it.
 *
 * @param kept - existing copies, and claims with a volume in the cluster, which need none
 */
export function missingCopies(
  { tags }: Pick<StackRecord, "tags">,
  kept: readonly Pick<KeptClaim, "claim">[],
): string[] {
  return tags.asleep === undefined
    ? []
    : wordsIn(tags, LIST).filter((name) => kept.every(({ claim }) => claim !== name));
}

/** Returns the error of a command that needs the copy, with the commands that continue. */
export function missingCopy(stack: string, claim: string): UserError {
  return new UserError(
    `claim ${claim}: the last sleep kept its data, but the copy has been deleted since`,
    `doks-env up ${stack} --wake --set data.claims.${claim}=none   # starts it empty; or doks-env down ${stack}, which deletes the other copies`,
  );
}

/** Returns these errors for the claims that do not start empty by the settings. */
export function missingFaults(
  stack: string,
  claims: readonly string[],
  settings: DataSettings,
): UserError[] {
  return claims
    .filter((claim) => keepOf(claim, settings) !== "none")
    .map((claim) => missingCopy(stack, claim));
}
