import type { Context } from "./context";
import { InterruptedError, UsageError } from "./errors";
import type { ConsentOptions } from "./shared-options";

/** @throws {UsageError} when somebody has to be asked, and nobody is there. @param whether - `to go on` */
export function requireAnswer(
  { terminal }: Context,
  { yes }: ConsentOptions,
  whether: string,
): void {
  if (!yes && !terminal.interactive) {
    throw new UsageError(`there is nobody to ask whether ${whether}`, "give --yes");
  }
}

/**
 * @param question - looked up only when somebody is asked
 * @param look - what tells more
 * @throws {InterruptedError} unless the answer is yes, or was given
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
