import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { ProtectData } from "./protect.data";
import { setProtection } from "./protection";

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  await setProtection(context, stack, true);
  const data: ProtectData = { stack, protected: true };
  return { data, text: () => `${stack} is protected; \`doks-env unprotect ${stack}\` lifts it\n` };
}
