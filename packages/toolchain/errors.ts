/** An error that its reader can fix. The message says what happened; `fix`, what to do about it. */
export class UserError extends Error {
  public override readonly name = "UserError";

  public constructor(
    message: string,
    public readonly fix: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The text of anything that was thrown, with the fix on a line of its own when there is one. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) {
    return `${error.message}\n  fix: ${error.fix}`;
  }
  return error instanceof Error ? error.message : String(error);
}
