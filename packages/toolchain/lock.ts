import { mkdir, open, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LockTimes {
  /** How often the holder shows that it lives, in milliseconds. */
  readonly beat: number;
  /** A lock not touched for this long was left by a process that died, in milliseconds. */
  readonly stale: number;
}

/** How often one who waits looks again, in milliseconds. */
const POLL = 100;

const TIMES: LockTimes = { beat: 2_000, stale: 10_000 };

/**
 * Runs something while holding a lock file; waits while another process holds it.
 *
 * The holder touches the file now and then. A process id would not do: the cache may be shared by containers, which
 * number their processes each for itself. Should two processes both take over from a dead one in the same instant,
 * they do the same work twice; every result is put in place by one rename, so nothing breaks.
 *
 * @param onWait called once, when the lock is taken
 */
export async function withLock<T>(
  file: string,
  onWait: () => void,
  work: () => Promise<T>,
  times: LockTimes = TIMES,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file, times.stale))) {
    if (!told) {
      told = true;
      onWait();
    }
    await sleep(POLL);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // The holder continues when somebody removes the lock file by hand.
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
      return false; // Its holder has just let go.
    }
    throw error;
  }
}

/** Whether an error carries this code of the operating system, e.g. `ENOENT`. */
function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
