import type { Context } from "../terminal/context";
import { noting } from "../terminal/noting";
import type { StackRecord } from "./record";
import { writeTags } from "./stack-tags";

/** Writing it takes a process: a use within so many seconds of the last one says nothing new. */
const FRESH_SECONDS = 300;

/**
 * Writes down that somebody uses an environment.
 *
 * @returns since when that is known, RFC 3339
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

/** The same beside something else, which is not to fail because of that. */
export async function touchBeside(context: Context, record: StackRecord): Promise<void> {
  await noting(context, `that "${record.stack}" is used`, () => touch(context, record));
}
