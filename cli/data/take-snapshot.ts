import { setTimeout as sleep } from "node:timers/promises";
import { type KeptClaim, keptClaimOf } from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";

/** DigitalOcean allows a volume one snapshot a minute, or one in ten minutes: its documentation and other sources differ. */
const PATIENCE_MS = 12 * 60_000;
const RETRY_MS = 10_000;
export const SNAPSHOTS_AT_ONCE = 8;

/**
 * Takes a snapshot of a claim's volume as soon as DigitalOcean allows it.
 *
 * @throws {UserError} when DigitalOcean refuses, or creates it without its tags, without which no command would find it
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
