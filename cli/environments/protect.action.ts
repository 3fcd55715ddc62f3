import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { setProtection } from "./protection";

/** What `protect --json` and `unprotect --json` print. */
export interface ProtectData {
  readonly stack: string;
  readonly protected: boolean;
}

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  await setProtection(context, stack, true);
  const data: ProtectData = { stack, protected: true };
  return { data, text: () => `${stack} is protected; \`doks-env unprotect ${stack}\` lifts it\n` };
}
