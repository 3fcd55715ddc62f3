import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJson } from "./json";
import type { Lock } from "./record";
import { hasEnded, identify, type RunningProcess, runningProcess } from "./running-process";

/** A process that is killed between two polls leaves a lock without a note. */
const POLL_MS = 100;

/**
 * A note on this machine about the process that owns a lock. A lock names a host and a process id, which containers,
 * hosted runners and cloned machines share. Its id is random, so only the machine that wrote the note knows it.
 */
export class LockNote {
  private isTaken = false;
  private noted: Promise<readonly Lock[]> = Promise.resolve([]);

  /** @param locks - reads the stack's locks */
  public constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly locks: () => Promise<readonly Lock[]>,
  ) {}

  /** Call when a process has started that will take the lock. The note is written as soon as the lock exists. */
  public readonly started = (pid: number): void => {
    // Without a note the owner is unknown, as on another machine.
    this.noted = this.write(identify(pid)).catch(() => []);
  };

  /** Call when the process has the lock, if it takes a readable one. */
  public readonly taken = (): void => {
    this.isTaken = true;
  };

  /** Call when the process has ended and released the lock. */
  public async remove(): Promise<void> {
    this.taken();
    for (const lock of await this.noted) {
      rmSync(fileOf(this.env, lock), { force: true });
    }
  }

  private async write(owner: RunningProcess | undefined): Promise<readonly Lock[]> {
    const own = owner === undefined ? [] : await this.ownLocks(owner);
    mkdirSync(folderOf(this.env), { recursive: true, mode: 0o700 });
    for (const lock of own) {
      writeFileSync(fileOf(this.env, lock), JSON.stringify(owner));
    }
    return own;
  }

  private async ownLocks({ pid }: RunningProcess): Promise<readonly Lock[]> {
    for (;;) {
      const isLastLook = this.isTaken;
      const locks = await this.locks();
      const own = locks.filter((lock) => lock.host === hostname() && lock.pid === pid);
      if (own.length > 0 || isLastLook) {
        return own;
      }
      await sleep(POLL_MS);
    }
  }
}

/**
 * Whether a note on this machine proves that the owner of a lock has ended. Under `CI` no note is proof: such machines are
 * copies of each other.
 */
export function isOwnerDead(env: NodeJS.ProcessEnv, lock: Lock): boolean {
  const owner = isCi(env) ? undefined : ownerOf(env, lock);
  return owner !== undefined && hasEnded(owner);
}

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables (CI: always true) */
export function isCi({ CI }: NodeJS.ProcessEnv): boolean {
  return CI !== undefined && !["", "0", "false"].includes(CI);
}

function ownerOf(env: NodeJS.ProcessEnv, lock: Lock): RunningProcess | undefined {
  try {
    return runningProcess.parse(parseJson(readFileSync(fileOf(env, lock), "utf8")));
  } catch {
    return undefined; // The note is missing or incomplete.
  }
}

function fileOf(env: NodeJS.ProcessEnv, { id }: Lock): string {
  return join(folderOf(env), `${encodeURIComponent(id)}.json`);
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
function folderOf({ XDG_STATE_HOME: state, HOME: home }: NodeJS.ProcessEnv): string {
  const base = state && isAbsolute(state) ? state : join(home || homedir(), ".local", "state");
  return join(base, "ephemeral-doks", "locks");
}
