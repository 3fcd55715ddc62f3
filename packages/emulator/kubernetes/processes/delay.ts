import { setTimeout as wait } from "node:timers/promises";

/** Waits some milliseconds; rejects with an AbortError as soon as the signal aborts. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return wait(milliseconds, undefined, { signal });
}
