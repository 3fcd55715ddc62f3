import type { Context } from "./context";
import { InterruptedError, UsageError } from "./errors";
import type { ConsentOptions } from "./shared-options";

/** @param whether - the question, e.g. `to continue`. @throws {UsageError} without --yes and without a terminal */
export function requireAnswer(
  { terminal }: Context,
  { yes }: ConsentOptions,
  whether: string,
): void {
  if (!yes && !terminal.interactive) {
    throw new UsageError(`cannot ask whether ${whether}: there is no terminal`, "add --yes");
  }
}

/**
 * Asks for confirmation unless `--yes` was given.
 *
 * @param question - a function is called only if the question is asked
 * @param look - command that shows more
 * @throws {InterruptedError} when the answer is not yes
 */
export async function requireConsent(
  { terminal, signal }: Context,
  { yes }: ConsentOptions,
  question: string | (() => Promise<string>),
  look: string,
): Promise<void> {
  if (yes) {
    return;
  }
  const asked = typeof question === "string" ? question : await question();
  if (!(await terminal.confirm(asked, signal))) {
    throw new InterruptedError("not confirmed; nothing was changed", `${look} shows more`);
  }
}
