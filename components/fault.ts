import * as pulumi from "@pulumi/pulumi";

/** A fault its reader can mend. Pulumi prints the message of a RunError without a stack trace. */
export function fault(message: string, fix: string): pulumi.RunError {
  return new pulumi.RunError(`${message}\n  fix: ${fix}`);
}
