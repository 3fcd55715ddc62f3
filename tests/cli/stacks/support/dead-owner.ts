import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LockNote } from "../../../../cli/stacks/lock-notes";
import type { Lock } from "../../../../cli/stacks/record";

/** A process that waits until it is ended. */
export class Idler {
  private constructor(private readonly child: ChildProcess) {}

  public static async start(): Promise<Idler> {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    return new Idler(child);
  }

  public get pid(): number {
    return this.child.pid ?? 0;
  }

  public async end(): Promise<void> {
    const exit = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exit;
  }

  /** As Pulumi writes it. */
  public lock(changes: Partial<Lock> = {}): Lock {
    const { pid } = this;
    return {
      user: "alice",
      host: hostname(),
      pid,
      since: "2026-11-23T11:55:30Z",
      id: "d00d",
      ...changes,
    };
  }
}

export const noteFile = ({ XDG_STATE_HOME: state = "" }: NodeJS.ProcessEnv, id: string) =>
  join(state, "ephemeral-doks/locks", `${id}.json`);

/** Has it noted that a process has taken a lock. */
export async function noteTaken(
  env: NodeJS.ProcessEnv,
  pid: number,
  lock: Lock,
): Promise<LockNote> {
  const note = new LockNote(env, () => Promise.resolve([lock]));
  note.started(pid);
  note.taken();
  while (!existsSync(noteFile(env, lock.id))) {
    await pause(5);
  }
  return note;
}

/** The lock of a process that was killed on this machine, which has noted it. */
export async function lockOfDeadProcess(env: NodeJS.ProcessEnv): Promise<Lock> {
  const idler = await Idler.start();
  const lock = idler.lock();
  await noteTaken(env, idler.pid, lock);
  await idler.end();
  return lock;
}
