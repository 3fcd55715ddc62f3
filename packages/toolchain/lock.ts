import { mkdir, open, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockTimes {
  /** Interval in which the holder touches the file, in milliseconds. */
  readonly beat: number;
  /** Age after which an untouched lock belongs to a dead process, in milliseconds. */
  readonly stale: number;
}

/** Interval in which a waiting process checks the lock, in milliseconds. */
const POLL = 100;

const TIMES: LockTimes = { beat: 2_000, stale: 10_000 };

/**
 * Runs a function while holding a lock file; waits while another process holds it.
 *
 * The holder touches the file regularly. A process id would not work: containers may share the cache, and each
 * numbers its processes separately. If two processes take over from a dead one at the same time, they do the same
 * work twice; every result is renamed into place, so nothing breaks.
 *
 * @param onWait called once, when the lock is held by another process
 */
export async function withLock<T>(
  file: string,
  onWait: () => void,
  work: () => Promise<T>,
  times: LockTimes = TIMES,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  let announced = false;
  while (!(await take(file, times.stale))) {
    if (!announced) {
      announced = true;
      onWait();
    }
    await sleep(POLL);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // If the lock file is removed by hand, the holder continues.
    utimes(file, now, now).catch(() => undefined);
  }, times.beat);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(file, { force: true });
  }
}

async function take(file: string, staleAfter: number): Promise<boolean> {
  try {
    await (await open(file, "wx")).close();
    return true;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) {
      throw error;
    }
  }
  if (await isStale(file, staleAfter)) {
    await rm(file, { force: true });
  }
  return false;
}

async function isStale(file: string, staleAfter: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > staleAfter;
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      return false; // Its holder has just released it.
    }
    throw error;
  }
}

/** Whether an error has this error code of the operating system, e.g. `ENOENT`. */
function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
