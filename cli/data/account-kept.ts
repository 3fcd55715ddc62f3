import {
  type BilledData,
  billedIn,
  dataTag,
  type KeptClaim,
  keptClaimsIn,
  type ListedSnapshot,
  type ListedVolume,
} from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";

/** The account's resources that can keep a claim's data: all volume snapshots and all volumes. */
export async function keepersIn(
  account: DigitalOcean,
): Promise<readonly (ListedSnapshot | ListedVolume)[]> {
  const [snapshots, volumes] = await Promise.all([account.volumeSnapshots(), account.volumes()]);
  return [...snapshots, ...volumes];
}

export function accountKind({ kind }: Pick<KeptClaim, "kind">): "volume" | "volume snapshot" {
  return kind === "volume" ? "volume" : "volume snapshot";
}

/** Deletes keepers one by one, in the given order. */
export async function deleteKept(
  account: DigitalOcean,
  kept: readonly Pick<KeptClaim, "kind" | "id">[],
): Promise<void> {
  for (const one of kept) {
    await account.deleteThing(accountKind(one), one.id);
  }
}

/** @param dataId - of the environment. @default - it has never slept and did not start with a seed */
export async function billedOf(
  account: DigitalOcean,
  dataId: string | undefined,
): Promise<readonly BilledData[]> {
  return dataId === undefined ? [] : billedIn(await keepersIn(account), dataId);
}

/**
 * @param dataId - of the environment. @default - it has never slept
 * @throws {UserError} when the lists lack kept data
 */
export async function keptIn(
  account: DigitalOcean,
  dataId: string | undefined,
): Promise<readonly KeptClaim[]> {
  return dataId === undefined ? [] : keptClaimsIn(await listedKeepers(account, dataId), dataId);
}

/** Returns the account's volume snapshots and volumes. @throws {UserError} when they lack an environment's kept data */
export async function listedKeepers(
  account: DigitalOcean,
  dataId: string,
): Promise<readonly (ListedSnapshot | ListedVolume)[]> {
  const keepers = await keepersIn(account);
  await requireListed(account, keepers, dataTag(dataId));
  return keepers;
}

/**
 * Requires that lists agree with DigitalOcean's own count of a tag. A list may be late or falsely empty, and a command that
 * relies on it would forget or replace data.
 *
 * @throws {UserError} when none of these has the tag, although resources with it exist
 */
export async function requireListed(
  account: DigitalOcean,
  things: readonly (ListedSnapshot | ListedVolume)[],
  tag: string,
): Promise<void> {
  const count = things.some(({ tags }) => tags?.includes(tag)) ? 0 : await account.tagUses(tag);
  if (count > 0) {
    throw new UserError(
      `DigitalOcean counts ${count} ${count === 1 ? "resource" : "resources"} with the tag ${tag}, but lists none`,
      "run the same command again in a minute",
    );
  }
}
