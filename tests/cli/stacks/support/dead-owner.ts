import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { LockNote } from "../../../../cli/stacks/lock-notes";
import type { Lock } from "../../../../cli/stacks/record";

/** It takes milliseconds; a machine may be busy. */
const NOTE_TIMEOUT_MS = 20_000;

/** A process that waits until it is ended. */
export class Idler {
  private static readonly started: Idler[] = [];

  private constructor(private readonly child: ChildProcess) {}

  public static async start(): Promise<Idler> {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const idler = new Idler(child);
    Idler.started.push(idler);
    return idler;
  }

  /** Ends those that a test that has failed did not. */
  public static async endAll(): Promise<void> {
    await Promise.all(Idler.started.splice(0).map((idler) => idler.end()));
  }

  public get pid(): number {
    return this.child.pid ?? 0;
  }

  public async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) {
      return;
    }
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
  await noteWritten(env, lock);
  return note;
}

/** Waits for the note of a lock. @throws {Error} when there is none after {@link NOTE_TIMEOUT_MS} */
export async function noteWritten(env: NodeJS.ProcessEnv, { id }: Lock): Promise<void> {
  const deadline = Date.now() + NOTE_TIMEOUT_MS;
  while (!existsSync(noteFile(env, id))) {
    if (Date.now() > deadline) {
      throw new Error(`nobody has noted lock ${id}`);
    }
    await pause(5);
  }
}

/** The lock of a process that was killed on this machine, which has noted it. */
export async function lockOfDeadProcess(env: NodeJS.ProcessEnv): Promise<Lock> {
  const idler = await Idler.start();
  const lock = idler.lock();
  await noteTaken(env, idler.pid, lock);
  await idler.end();
  return lock;
}
