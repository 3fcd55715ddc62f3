import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { moment } from "../terminal/times";
import { touch } from "./touch";

/** What `touch --json` prints. */
export interface TouchData {
  readonly stack: string;
  /** RFC 3339 */
  readonly lastUsedAt: string;
}

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  const lastUsedAt = await touch(context, await requireStack(context, stack));
  const data: TouchData = { stack, lastUsedAt };
  return { data, text: () => `${stack} was last used at ${moment(lastUsedAt)}\n` };
}
