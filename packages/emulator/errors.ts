/** An error that its reader can fix. The message describes it; `fix` contains the remedy. */
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

/** The text of anything thrown, with the fix, if any, on its own line. */
export function describeError(error: unknown): string {
  if (error instanceof UserError) {
    return `${error.message}\n  fix: ${error.fix}`;
  }
  return error instanceof Error ? error.message : String(error);
}
