import { describeError } from "../../core/errors";
import type { Context } from "../terminal/context";
import { engineFor } from "./engine";
import type { StackRecord } from "./record";
import { setTags } from "./stack-tags";

/** Writing it takes a process: a use within so many seconds of the last one says nothing new. */
const FRESH_SECONDS = 300;

/**
 * Writes down that somebody uses an environment.
 *
 * @returns since when that is known, RFC 3339
 */
export async function touch(context: Context, record: StackRecord): Promise<string> {
  const { stack, tags } = record;
  const now = context.now();
  const known = tags.lastUsed;
  if (known !== undefined && now.getTime() - Date.parse(known) < FRESH_SECONDS * 1000) {
    return known;
  }
  const lastUsed = now.toISOString();
  await setTags(engineFor(context), stack, { lastUsed }, tags);
  return lastUsed;
}

/** The same beside something else, which is not to fail because of that. */
export async function touchBeside(context: Context, record: StackRecord): Promise<void> {
  try {
    await touch(context, record);
  } catch (error) {
    context.say(
      `that "${record.stack}" is used could not be written down: ${describeError(error)}`,
    );
  }
}
