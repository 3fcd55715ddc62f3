import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { formatDuration } from "../../core/duration";
import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import type { Lock, StackRecord } from "./record";

/** What is known of processes on this machine. */
export interface Machine {
  readonly hostname: string;
  /** The command line of a process; undefined when there is none of this number. */
  readonly commandLine: (pid: number) => string | undefined;
}

/**
 * Whether the process that took a lock is certainly gone: it ran on this machine, and its number belongs to no process,
 * or to one of another program. Of another machine nothing can be known from here.
 *
 * @param program - a part of its command line
 * @default program - `pulumi`
 */
export function isOwnerDead(
  lock: Pick<Lock, "host" | "pid">,
  machine: Machine,
  program: string = "pulumi",
): boolean {
  // Every container may be called localhost.
  if (lock.host !== machine.hostname || lock.host === "localhost") {
    return false;
  }
  const command = machine.commandLine(lock.pid);
  return command === undefined || !command.includes(program);
}

/** Who holds a stack, and since when. */
export function describeLock(lock: Omit<Lock, "id">, now: Date): string {
  const age = Math.max(0, (now.getTime() - Date.parse(lock.since)) / 1000);
  return `${lock.user}@${lock.host} (pid ${lock.pid}) since ${moment(lock.since)}, ${formatDuration(Math.round(age))} ago`;
}

/** Who holds a stack; Pulumi Cloud does not tell. */
export function describeLocks(locks: readonly Lock[], now: Date): string {
  return locks.map((lock) => describeLock(lock, now)).join("; ") || "another update";
}

/** Whether an update is under way, or was killed and holds the stack still. */
export function isHeld({ updating, locks }: Pick<StackRecord, "updating" | "locks">): boolean {
  return updating ?? locks.length > 0;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return {
    hostname: hostname(),
    commandLine: process.platform === "linux" ? fromProc : fromSignal,
  };
}

function fromProc(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // There is none, or it is another user's: /proc may hide those.
    return fromSignal(pid);
  }
}

/** What may be any program of ours. */
const ANY_PROGRAM = "pulumi or doks-env, perhaps";

/** Without /proc only that there is a process can be seen, not which. */
function fromSignal(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return ANY_PROGRAM;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? undefined : ANY_PROGRAM;
  }
}

/** The stack is held by somebody who may be alive. */
export function lockedError(stack: string, locks: readonly Lock[], now: Date): UserError {
  return new UserError(
    `stack "${stack}" is locked by ${describeLocks(locks, now)}`,
    "wait for it with --wait; if that process is certainly gone, give --break-lock",
  );
}
