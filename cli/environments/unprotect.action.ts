import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { ProtectData } from "./protect.data";
import { setProtection } from "./protection";

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  await setProtection(context, stack, false);
  const data: ProtectData = { stack, protected: false };
  return { data, text: () => `${stack} can be taken down\n` };
}
