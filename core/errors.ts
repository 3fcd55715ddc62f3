/** An error that its reader can fix. The message describes it; `fix` contains the remedy. */
export class UserError extends Error {
  public override readonly name: string = "UserError";
  /** The remedy: a sentence or a command. */
  public readonly fix: string;

  public constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/** The text of anything thrown, with the fix, if any, on its own line. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) {
    return `${error.message}\n  fix: ${error.fix}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Lists faults below a summary, each with its fix, if any. */
export function faultList(
  faults: readonly { readonly message: string; readonly fix?: string }[],
): string {
  return faults
    .map(({ message, fix }) => `\n  - ${message}${fix === undefined ? "" : `\n    fix: ${fix}`}`)
    .join("");
}
