import { touch } from "../stacks/last-use";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { moment } from "../terminal/times";
import type { touch as definition } from "./touch.command";
import type { TouchData } from "./touch.data";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof definition>,
): Promise<Result> {
  const lastUsedAt = await touch(context, await requireStack(context, stack));
  const data: TouchData = { stack, lastUsedAt };
  return { data, text: () => `${stack} was last used at ${moment(lastUsedAt)}\n` };
}
