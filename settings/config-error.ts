import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with a configuration, and the command that mends it. */
export interface ConfigFault {
  readonly message: string;
  readonly fix: string;
}

/** All that is wrong with a configuration, told at once. Pulumi prints the message of a RunError without a stack. */
export class ConfigError extends pulumi.RunError {
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
