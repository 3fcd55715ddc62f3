import { setTimeout as wait } from "node:timers/promises";

const POLL_INTERVAL_MS = 50;

/** Resolves with the first value that passes the check, or fails with the last one after `timeoutMs`. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  check: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (check(value)) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `still ${JSON.stringify(value, withoutManagedFields, 2)} after ${timeoutMs} ms`,
      );
    }
    await wait(POLL_INTERVAL_MS);
  }
}

function withoutManagedFields(key: string, value: unknown): unknown {
  return key === "managedFields" ? undefined : value;
}
