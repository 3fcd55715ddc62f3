import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { describeError, UserError } from "../../core/errors";
import type { Bucket } from "../stacks/bucket";
import { parseJson } from "../stacks/json";
import { isCi } from "../stacks/lock-notes";
import { describeLock } from "../stacks/locks";
import { reasonOf } from "../stacks/reason";
import { hasEnded, identify, runningProcess } from "../stacks/running-process";
import { reaperFolder } from "./memory-store";
import { formatShard, overlap, type Shard } from "./policy/shard";

/** Interval of the owner's heartbeat. */
const HEARTBEAT_MS = 30_000;
/** Time without a heartbeat after which the owner counts as dead; two machines' clocks differ by less. */
const EXPIRY_MS = 10 * 60_000;
/** Time without a heartbeat after which the owner itself stops, well before another reaper may take over. */
const DOUBT_MS = EXPIRY_MS / 2;
/** Time in which two reapers that start at the same moment decide. */
const TIE_MS = 5_000;
const POLL_MS = 200;

const lockSchema = z.object({
  id: z.string(),
  shard: z.object({ index: z.int(), of: z.int() }),
  user: z.string(),
  host: z.string(),
  pid: z.int(),
  /** Identity of the process, which on the same machine proves its end. @default - not available there */
  process: runningProcess.optional(),
  /** RFC 3339, like the next. */
  since: z.iso.datetime(),
  aliveAt: z.iso.datetime(),
});
type WrittenLock = z.output<typeof lockSchema>;

export interface LockSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface HeldLock {
  /** @throws {UserError} when other reapers may already count this process as dead */
  readonly requireHeld: () => void;
  readonly release: () => Promise<void>;
}

/**
 * Ensures that one reaper at a time works on a shard. It writes an object of its own, then lists those of others, so that of
 * two that start together at least one sees the other. A reaper that sees another one stops, unless both started at the
 * same moment: then the one with the smallest id continues.
 *
 * @throws {UserError} that names the other reaper and its start
 */
export async function takeReaperLock(
  bucket: Bucket,
  project: string,
  shard: Shard,
  surroundings: LockSurroundings,
): Promise<HeldLock> {
  const locks = new Locks(bucket, `${reaperFolder(project)}locks/`, surroundings);
  const own = locks.make(shard);
  await locks.write(own);
  try {
    await giveWay(locks, own, surroundings);
  } catch (error) {
    await locks.remove(own);
    throw error;
  }
  return hold(locks, own, surroundings);
}

async function giveWay(
  locks: Locks,
  own: WrittenLock,
  { now, signal }: LockSurroundings,
): Promise<void> {
  for (let waited = 0; ; waited += POLL_MS) {
    const others = (await locks.live(own)).filter(
      ({ id, shard }) => id !== own.id && overlap(shard, own.shard),
    );
    const stronger = others.find(({ id }) => id < own.id) ?? others[0];
    if (stronger === undefined) {
      return;
    }
    if (stronger.id < own.id || waited >= TIE_MS) {
      throw new UserError(
        `another reaper works on shard ${formatShard(stronger.shard)}: ${describeLock(stronger, now())}`,
        "wait until it ends; the lock of a reaper that was killed on another machine expires after 10 minutes",
      );
    }
    await wait(POLL_MS, undefined, { signal });
  }
}

/** Renews the lock regularly. */
function hold(locks: Locks, own: WrittenLock, { now, say }: LockSurroundings): HeldLock {
  let aliveAt = now().getTime();
  let writing = Promise.resolve();
  const timer = setInterval(() => {
    writing = locks.write({ ...own, aliveAt: now().toISOString() }).then(
      () => {
        aliveAt = now().getTime();
      },
      (error: unknown) => say(`the reaper's lock was not renewed: ${describeError(error)}`),
    );
  }, HEARTBEAT_MS);
  timer.unref();
  return {
    requireHeld: () => {
      if (now().getTime() - aliveAt > DOUBT_MS) {
        throw new UserError(
          `the reaper's lock was last renewed at ${new Date(aliveAt).toISOString()}: another reaper may be running by now`,
          "check that its bucket is writable, then run the same command again",
        );
      }
    },
    release: async () => {
      clearInterval(timer);
      await writing;
      await locks.remove(own);
    },
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "an unknown user"; // A container's user may be missing from the user database.
  }
}

/** The lock objects in a folder of the bucket. */
class Locks {
  public constructor(
    private readonly bucket: Bucket,
    private readonly folder: string,
    private readonly surroundings: LockSurroundings,
  ) {}

  public make(shard: Shard): WrittenLock {
    const now = this.surroundings.now().toISOString();
    return {
      id: randomUUID(),
      shard,
      user: userName(),
      host: hostname(),
      pid: process.pid,
      process: identify(process.pid),
      since: now,
      aliveAt: now,
    };
  }

  public write(lock: WrittenLock): Promise<void> {
    return this.attempt("written", () =>
      this.bucket.write(this.keyOf(lock), `${JSON.stringify(lock)}\n`),
    );
  }

  public remove(lock: WrittenLock): Promise<void> {
    return this.attempt("removed", () => this.bucket.remove(this.keyOf(lock)));
  }

  /**
   * Returns the locks whose owners may be alive, and removes the others. Ages are compared by the bucket's own times, relative
   * to our own object: another machine's clock may be wrong by years, and an incomplete object contains no time.
   */
  public async live(own: WrittenLock): Promise<WrittenLock[]> {
    return this.attempt("read", async () => {
      const { env, now, say } = this.surroundings;
      const latest = await this.bucket.modified(this.keyOf(own));
      const live: WrittenLock[] = [];
      for (const key of await this.keys()) {
        const written = await this.bucket.modified(key);
        const bytes = await this.bucket.read(key);
        if (written === undefined || latest === undefined || bytes === undefined) {
          continue; // Its owner has just removed it.
        }
        const lock = lockIn(bytes, written);
        const isSilent = latest.getTime() - written.getTime() > EXPIRY_MS;
        const isDead = !isCi(env) && lock.process !== undefined && hasEnded(lock.process);
        if (isSilent || isDead) {
          const why = isDead ? "that process has ended" : `silent since ${written.toISOString()}`;
          say(`removing the lock of the reaper of ${describeLock(lock, now())}: ${why}`);
          await this.bucket.remove(key);
        } else {
          live.push(lock);
        }
      }
      return live;
    });
  }

  private async keys(): Promise<string[]> {
    return (await this.bucket.list(this.folder)).filter((key) => key.endsWith(".json"));
  }

  private keyOf({ id }: WrittenLock): string {
    return `${this.folder}${id}.json`;
  }

  private async attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      throw new UserError(
        `the reaper's lock cannot be ${what}: ${this.folder}: ${reasonOf(cause)}`,
        "check the access rights there",
        { cause },
      );
    }
  }
}

/** An unreadable lock counts as that of a reaper that works on everything. */
function lockIn(bytes: Buffer, written: Date): WrittenLock {
  try {
    return lockSchema.parse(parseJson(bytes.toString()));
  } catch {
    const since = written.toISOString();
    return {
      id: "",
      shard: { index: 1, of: 1 },
      user: "an unknown user",
      host: "an unknown machine",
      pid: 0,
      since,
      aliveAt: since,
    };
  }
}
