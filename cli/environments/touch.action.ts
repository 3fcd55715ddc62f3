import { touch } from "../stacks/last-use";
import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { moment } from "../terminal/times";
import type { TouchData } from "./touch.data";

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  const lastUsedAt = await touch(context, await requireStack(context, stack));
  const data: TouchData = { stack, lastUsedAt };
  return { data, text: () => `${stack} was last used at ${moment(lastUsedAt)}\n` };
}
