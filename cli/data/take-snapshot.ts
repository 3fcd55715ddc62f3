import { setTimeout as sleep } from "node:timers/promises";
import { type KeptClaim, keptClaimOf } from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";

/** DigitalOcean takes a snapshot of a volume once a minute, or once in ten minutes: its own pages and others' differ. */
const PATIENCE_MS = 12 * 60_000;
const RETRY_MS = 10_000;
export const SNAPSHOTS_AT_ONCE = 8;

/**
 * Takes a snapshot of a claim's volume, as soon as DigitalOcean lets it.
 *
 * @throws {UserError} when DigitalOcean does not take it, or takes it without its tags, by which alone it would be found
 */
export async function takeSnapshot(
  account: DigitalOcean,
  signal: AbortSignal,
  volumeId: string,
  { name, tags }: { readonly name: string; readonly tags: readonly string[] },
): Promise<KeptClaim> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const snapshot = keptClaimOf(await account.takeVolumeSnapshot(volumeId, name, tags));
      if (snapshot === undefined) {
        throw new UserError(
          `DigitalOcean has not put its tags on snapshot ${name}`,
          "run the same command again",
        );
      }
      return snapshot;
    } catch (error) {
      const isTooSoon =
        error instanceof DigitalOceanError && error.status === 429 && !error.isLimit;
      if (!isTooSoon || Date.now() > deadline) {
        throw error;
      }
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
