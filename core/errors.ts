/** A fault that its reader can fix. The message says what happened; `fix`, what to do about it. */
export class UserError extends Error {
  public override readonly name: string = "UserError";
  /** How to fix it: a sentence or a command. */
  public readonly fix: string;

  public constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}

/** The text of anything that was thrown, with the fix on a line of its own when there is one. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) {
    return `${error.message}\n  fix: ${error.fix}`;
  }
  return error instanceof Error ? error.message : String(error);
}
