import type { Context } from "./context";
import { InterruptedError, UsageError } from "./errors";

export interface ConsentOptions {
  readonly yes?: boolean;
}

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

/** @throws {InterruptedError} unless the answer is yes, or was given. @param look - what tells more */
export async function requireConsent(
  { terminal, signal }: Context,
  { yes }: ConsentOptions,
  question: string,
  look: string,
): Promise<void> {
  if (!yes && !(await terminal.confirm(question, signal))) {
    throw new InterruptedError("not confirmed; nothing was changed", `${look} shows more`);
  }
}
