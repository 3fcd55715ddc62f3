/** Waiting, which tests can shorten. */
import { setTimeout } from "node:timers/promises";

/** Resolves after a number of milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

export const waitInRealTime: Wait = async (milliseconds) => {
  await setTimeout(milliseconds);
};

/** Interval at which the official provider checks for completion. The first check is after one interval. */
const POLL_INTERVAL_SECONDS = 10;

/**
 * Waits for completion, and checks every ten seconds.
 *
 * @param isDone - rejects when completion is impossible
 * @param timeout seconds.
 * @returns whether it was done in time.
 */
export async function poll(
  isDone: () => Promise<boolean>,
  timeout: number,
  wait: Wait,
): Promise<boolean> {
  const rounds = Math.floor(timeout / POLL_INTERVAL_SECONDS);
  for (let round = 0; round <= rounds + 1; round++) {
    await wait(POLL_INTERVAL_SECONDS * 1000);
    if (await isDone()) {
      return true;
    }
  }
  return false;
}
