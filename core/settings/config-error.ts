// Not from the package's root: a command that only checks a stack's name need not load all of the SDK.
import { RunError } from "@pulumi/pulumi/errors";

/** One thing that is wrong with a configuration, and the command that fixes it. */
export interface ConfigFault {
  readonly message: string;
  readonly fix: string;
}

/** All that is wrong with a configuration, told at once. Pulumi prints the message of a RunError without a stack. */
export class ConfigError extends RunError {
  public readonly faults: readonly ConfigFault[];

  public constructor(summary: string, faults: readonly ConfigFault[]) {
    super(
      [`${summary}:`, ...faults.map(({ message, fix }) => `  - ${message}\n    fix: ${fix}`)].join(
        "\n",
      ),
    );
    this.faults = faults;
  }
}
