import { formatDuration } from "../../core/duration";
import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import type { Lock, StackRecord } from "./record";

export function describeLock(lock: Omit<Lock, "id">, now: Date): string {
  const age = Math.max(0, (now.getTime() - Date.parse(lock.since)) / 1000);
  return `${lock.user}@${lock.host} (pid ${lock.pid}) since ${moment(lock.since)}, ${formatDuration(Math.round(age))} ago`;
}

/** The holder of a stack's lock; Pulumi Cloud does not report it. */
export function describeLocks(locks: readonly Lock[], now: Date): string {
  return locks.map((lock) => describeLock(lock, now)).join("; ") || "another update";
}

/** Whether an update is under way, or was killed and holds the stack still. */
export function isHeld({ updating, locks }: Pick<StackRecord, "updating" | "locks">): boolean {
  return updating ?? locks.length > 0;
}

/**
 * The stack is held by somebody who may be alive.
 *
 * @param hasOptions - whether the command has the options about locks
 */
export function lockedError(
  stack: string,
  locks: readonly Lock[],
  now: Date,
  hasOptions: boolean,
): UserError {
  return new UserError(
    `stack "${stack}" is locked by ${describeLocks(locks, now)}`,
    hasOptions
      ? "wait for it with --wait; if that process is certainly gone, give --break-lock"
      : `run it again when that has ended; if that process is certainly gone: pulumi cancel --stack ${stack}`,
  );
}
