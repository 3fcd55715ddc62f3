import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import type { LockOptions } from "../terminal/shared-options";
import type { Engine } from "./engine";
import { findHalfWritten, removeHalfWritten } from "./half-written";
import { describeLocks, isHeld, lockedError, withoutDeadLocks } from "./locks";
import type { StackRecord } from "./record";
import { sourceOf } from "./stacks";
import { StackLockedError } from "./update";

const POLL_MS = 2_000;

/**
 * Ensures that no other process has locked a stack. Breaks the lock of a process that has certainly ended, or any lock with
 * --break-lock. Waits with --wait.
 *
 * @param read - reads the present record of the stack
 * @param seen - a record that was read just before
 * @returns the last record; undefined without a stack
 * @throws {UserError} that names the owner of the lock and its age
 */
async function guardLock(
  context: Context,
  engine: Engine,
  stack: string,
  read: () => Promise<StackRecord | undefined>,
  options: LockOptions | undefined,
  seen: Promise<StackRecord | undefined>,
): Promise<StackRecord | undefined> {
  let reported = false;
  for (let record = await seen; ; record = await read()) {
    if (record === undefined || !isHeld(record)) {
      await removeAbandoned(context, stack, read);
      return record;
    }
    const { locks } = record;
    const owners = describeLocks(locks, context.now());
    const isDead = !withoutDeadLocks(context.env, record).updating;
    if (options?.breakLock || isDead) {
      const why = options?.breakLock ? "because of --break-lock" : "that process has ended";
      context.say(`breaking the lock of ${owners}: ${why}`);
      const source = sourceOf(context);
      await removeHalfWritten(source, await findHalfWritten(source, stack));
      await engine.output("cancel", "--yes", "--stack", stack);
      return record;
    }
    if (!options?.wait) {
      throw lockedError(stack, locks, context.now(), options !== undefined);
    }
    if (!reported) {
      reported = true;
      context.say(`waiting for ${owners}, which has locked stack "${stack}"`);
    }
    await pause(context.signal, stack);
  }
}

/** Removes half-written files unless the stack is locked: the owner of the lock may be writing them. */
async function removeAbandoned(
  context: Context,
  stack: string,
  read: () => Promise<StackRecord | undefined>,
): Promise<void> {
  const source = sourceOf(context);
  const found = await findHalfWritten(source, stack);
  const record = found.length === 0 ? undefined : await read();
  if (record === undefined || !isHeld(record)) {
    await removeHalfWritten(source, found);
  }
}

/**
 * Runs work that must have the stack to itself. If another process locks the stack in between, the outcome is the same as
 * if its lock had been seen before.
 *
 * @param options - undefined for a command without lock options
 */
export async function withLockGuard<T>(
  context: Context,
  engine: Engine,
  stack: string,
  read: () => Promise<StackRecord | undefined>,
  options: LockOptions | undefined,
  work: (record: StackRecord | undefined) => Promise<T>,
  seen: Promise<StackRecord | undefined> = read(),
): Promise<T> {
  for (let last = seen; ; last = read()) {
    const record = await guardLock(context, engine, stack, read, options, last);
    try {
      return await work(record);
    } catch (error) {
      if (!(error instanceof StackLockedError)) {
        throw error;
      }
      if (!options?.wait) {
        const locks = (await read())?.locks ?? [];
        throw lockedError(stack, locks, context.now(), options !== undefined);
      }
      // The lock may be gone by now, and some backends do not show it.
      await pause(context.signal, stack);
    }
  }
}

async function pause(signal: AbortSignal, stack: string): Promise<void> {
  try {
    await sleep(POLL_MS, undefined, { signal });
  } catch {
    throw new InterruptedError(
      `interrupted while waiting for stack "${stack}"; nothing was changed`,
      "run the same command again",
    );
  }
}
