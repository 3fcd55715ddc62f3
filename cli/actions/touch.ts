import type { Result } from "../command";
import type { Context } from "../context";
import { requireStack } from "../services/stacks";
import { touch } from "../services/touch";
import { moment } from "../ui/times";

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
