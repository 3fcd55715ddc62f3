import type { Context } from "../terminal/context";
import { noting } from "../terminal/noting";
import type { StackRecord } from "./record";
import { writeTags } from "./stack-tags";

/** A use within this time of the last recorded one is not recorded, because a write may take a process. */
const FRESH_SECONDS = 300;

/**
 * Records that an environment is in use.
 *
 * @returns the time of the last recorded use, RFC 3339
 */
export async function touch(context: Context, record: StackRecord): Promise<string> {
  const now = context.now();
  const known = record.tags.lastUsed;
  if (known !== undefined && now.getTime() - Date.parse(known) < FRESH_SECONDS * 1000) {
    return known;
  }
  const lastUsed = now.toISOString();
  await writeTags(context, record, { lastUsed });
  return lastUsed;
}

/** Records the use as a side effect of another command, which must not fail because of it. */
export async function touchBeside(context: Context, record: StackRecord): Promise<void> {
  await noting(context, `that "${record.stack}" is in use`, () => touch(context, record));
}
