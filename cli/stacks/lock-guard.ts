import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import type { LockOptions } from "../terminal/shared-options";
import type { Engine } from "./engine";
import { findHalfWritten, removeHalfWritten } from "./half-written";
import { isOwnerDead } from "./lock-notes";
import { describeLocks, isHeld, lockedError } from "./locks";
import type { StackRecord } from "./record";
import { sourceOf } from "./stacks";
import { StackLockedError } from "./update";

const POLL_MS = 2_000;

/**
 * Sees that nobody else holds a stack: breaks the lock of a process that has certainly ended (or any lock, when told
 * to), waits when told to.
 *
 * @param read - the stack as it is now
 * @param seen - as it was read just before
 * @returns it as it was read last. @default - there is none
 * @throws {UserError} that says who holds it since when
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
    const isDead = locks.length > 0 && locks.every((lock) => isOwnerDead(context.env, lock));
    if (options?.breakLock || isDead) {
      const why = options?.breakLock ? "as told" : "that process has ended";
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
      context.say(`waiting for ${owners}, which holds stack "${stack}"`);
    }
    await pause(context.signal, stack);
  }
}

/** Removes what was half written before, as long as nobody holds the stack: who does may be writing it. */
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
 * Does something that needs the stack for itself. When somebody else was quicker by a moment, that is waited for or
 * told just as if it had been seen before.
 *
 * @param options - undefined for a command that has none about locks
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
      // It may be gone by the time it is looked for, and some backends do not tell of it.
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
