import { UserError } from "../../core/errors";

/** The exit codes of `doks-env`. Shells give 130 to a command that Ctrl-C ended. */
export const EXIT = { done: 0, failed: 1, usage: 2, partly: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line or the settings are wrong; nothing was done. */
export class UsageError extends UserError {
  public override readonly name = "UsageError";
}

/** Some of it was done, and some could not be. */
export class PartialError extends UserError {
  public override readonly name = "PartialError";
}

/** Ended by Ctrl-C or SIGTERM, in a state that the message tells. */
export class InterruptedError extends UserError {
  public override readonly name = "InterruptedError";
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof InterruptedError) {
    return EXIT.interrupted;
  }
  if (error instanceof PartialError) {
    return EXIT.partly;
  }
  // Matched by name: importing the class would load the settings, which most commands do not need.
  const isConfigError = error instanceof Error && error.constructor.name === "ConfigError";
  return error instanceof UsageError || isConfigError ? EXIT.usage : EXIT.failed;
}
