import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "../../core/suggest";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import type { completion } from "./completion.command";

const SHELLS: readonly string[] = ["bash", "zsh", "fish"];

/** Prints a shell's completion script for `doks-env`. */
export async function run(
  { home }: Context,
  [shell]: ArgumentsOf<typeof completion>,
): Promise<Result> {
  if (!SHELLS.includes(shell)) {
    throw new UsageError(
      `there is no completion for the shell "${shell}"; supported: ${SHELLS.join(", ")}`,
      `doks-env completion ${suggest(shell, SHELLS) ?? "bash"}`,
    );
  }
  const file = join(home, "cli", "completion", "shells", `doks-env.${shell}`);
  const script = readFileSync(file, "utf8");
  return { text: () => script };
}
