import type { Result } from "../command";
import type { Context } from "../context";
import { setProtection } from "../services/protection";
import type { ProtectData } from "./protect";

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  await setProtection(context, stack, false);
  const data: ProtectData = { stack, protected: false };
  return { data, text: () => `${stack} can be taken down\n` };
}
