import { setTimeout as sleep } from "node:timers/promises";

/** Waits for work, but only so long, in milliseconds. Keeps the process alive meanwhile, unlike a timer without a reference. */
export async function atMost(
  work: Promise<unknown> | undefined,
  milliseconds: number,
): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([work, sleep(milliseconds, undefined, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}
