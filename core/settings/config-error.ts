// Imported from a subpath, so that a command that only checks a stack's name does not load the whole SDK.
import { RunError } from "@pulumi/pulumi/errors";
import { faultList } from "../errors";

/** A fault in a configuration, and the command that fixes it. */
export interface ConfigFault {
  readonly message: string;
  readonly fix: string;
}

/** Lists all faults of a configuration at once. Pulumi prints the message of a RunError without a stack trace. */
export class ConfigError extends RunError {
  public readonly faults: readonly ConfigFault[];

  public constructor(summary: string, faults: readonly ConfigFault[]) {
    super(`${summary}:${faultList(faults)}`);
    this.faults = faults;
  }
}
