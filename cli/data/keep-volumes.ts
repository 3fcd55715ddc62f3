import type { ClaimToKeep } from "../../core/data/keep";
import { type KeptClaim, keepsTag, keptClaimOf, keptTags } from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";

/** The tags of kept volumes, by which they are found again. */
interface Place {
  readonly project: string;
  readonly stack: string;
  readonly dataId: string;
  /** The cluster that will be deleted. */
  readonly clusterId: string;
}

/**
 * Makes volumes the environment's own, so that they outlive its cluster. It writes the tag for that last, so that a volume
 * with the tag is complete. After any interruption it can be run again.
 *
 * @param kept - volumes that an unfinished sleep has kept already
 * @throws {UserError} when DigitalOcean does not list them with these tags afterwards
 */
export async function keepVolumes(
  account: DigitalOcean,
  { clusterId, ...place }: Place,
  claims: readonly ClaimToKeep[],
  kept: readonly KeptClaim[],
): Promise<readonly KeptClaim[]> {
  if (claims.length === 0) {
    return [];
  }
  const ids = claims.map(({ volumeId }) => volumeId);
  for (const [tag, tagged] of idsByTag(place, claims)) {
    await account.tag("volume", tagged, tag);
  }
  // The reaper and receipts treat volumes with this tag as the cluster's. Its driver adds the tag again if pods start again.
  await account.untag("volume", ids, `k8s:${clusterId}`);
  for (const { volumeId, number } of claims) {
    if (!kept.some(({ id }) => id === volumeId)) {
      await account.tag("volume", [volumeId], keepsTag(number));
    }
  }
  const listed = (await account.volumes()).filter(({ id }) => ids.includes(id));
  const found = listed.flatMap((volume) => keptClaimOf(volume) ?? []);
  const missing = ids.filter((id) => !found.some((one) => one.id === id));
  if (missing.length > 0) {
    throw new UserError(
      `DigitalOcean does not list volume ${missing.join(", ")} with the tags that keep it`,
      "run the same command again",
    );
  }
  return found;
}

/** Hands these volumes back to their claims, with which, or with their cluster, they are deleted. */
export async function releaseVolumes(
  account: DigitalOcean,
  volumes: readonly KeptClaim[],
): Promise<void> {
  for (const { id, number } of volumes) {
    await account.untag("volume", [id], keepsTag(number));
  }
}

/** Reads a volume's number from the tag that keeps it. */
function idsByTag(
  place: Omit<Place, "clusterId">,
  claims: readonly ClaimToKeep[],
): Map<string, string[]> {
  const byTag = new Map<string, string[]>();
  for (const claim of claims) {
    for (const tag of keptTags(place, claim, 0)) {
      byTag.set(tag, [...(byTag.get(tag) ?? []), claim.volumeId]);
    }
  }
  return byTag;
}
