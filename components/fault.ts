import * as pulumi from "@pulumi/pulumi";

/**
 * A fault its reader can mend. Pulumi prints the message of a RunError without a stack trace.
 *
 * @param fix - what to do; a `pulumi config` command in it is made to name the running stack, which need not be the
 *   selected one
 */
export function fault(message: string, fix: string): pulumi.RunError {
  const command = `pulumi config $1 --stack ${pulumi.getStack()} `;
  return new pulumi.RunError(
    `${message}\n  fix: ${fix.replace(/pulumi config (set|rm) /g, command)}`,
  );
}
