import { formatDuration } from "../../core/duration";
import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import { isOwnerDead } from "./lock-notes";
import type { Lock, StackRecord } from "./record";

export function describeLock(lock: Omit<Lock, "id">, now: Date): string {
  const age = Math.max(0, (now.getTime() - Date.parse(lock.since)) / 1000);
  return `${lock.user}@${lock.host} (pid ${lock.pid}) since ${moment(lock.since)}, ${formatDuration(Math.round(age))} ago`;
}

/** Describes the owners of a stack's locks; Pulumi Cloud does not report them. */
export function describeLocks(locks: readonly Lock[], now: Date): string {
  return locks.map((lock) => describeLock(lock, now)).join("; ") || "another update";
}

/** Whether an update holds the stack's lock: a running one, or a killed one. */
export function isHeld({ updating, locks }: Pick<StackRecord, "updating" | "locks">): boolean {
  return updating ?? locks.length > 0;
}

/** Returns a stack's locks, and whether they are held, without those whose owner has certainly ended. */
export function withoutDeadLocks(
  env: NodeJS.ProcessEnv,
  { updating, locks }: Pick<StackRecord, "updating" | "locks">,
): { readonly updating: boolean; readonly locks: readonly Lock[] } {
  const living = locks.filter((lock) => !isOwnerDead(env, lock));
  const isDead = locks.length > 0 && living.length === 0;
  return { updating: isHeld({ updating, locks }) && !isDead, locks: living };
}

/**
 * The error for a stack that is locked by a process that may still run.
 *
 * @param hasOptions - whether the command has the lock options
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
      ? "wait with --wait; if that process certainly no longer runs, add --break-lock"
      : `run this command again when that process has ended; if it certainly no longer runs: pulumi cancel --stack ${stack}`,
  );
}
