import * as pulumi from "@pulumi/pulumi";
import { namingStack } from "../core/config-command";
import { describeError, UserError } from "../core/errors";

/**
 * An error that its reader can fix. Pulumi prints the message of a RunError without a stack trace.
 *
 * @param fix - the remedy; the running stack's name is added to `pulumi config` commands
 */
export function fault(message: string, fix: string): pulumi.RunError {
  return runErrorOf(new UserError(message, namingStack(fix, pulumi.getStack())));
}

export function byConfig(setting: string, value: string): string {
  return `pulumi config set ${setting.includes(".") ? "--path " : ""}${setting} ${value}`;
}

/** Waits for all checks. @throws pulumi.RunError with the faults of all */
export async function together<T extends readonly unknown[]>(
  ...checks: { readonly [Index in keyof T]: Promise<T[Index]> }
): Promise<T> {
  const settled = await Promise.allSettled(checks);
  const reasons = settled.flatMap((one) =>
    one.status === "rejected" ? [one.reason as unknown] : [],
  );
  const [defect] = reasons.filter((reason) => !(reason instanceof pulumi.RunError));
  if (defect !== undefined) {
    throw defect as Error;
  }
  if (reasons.length > 0) {
    throw new pulumi.RunError(reasons.map((reason) => describeError(reason)).join("\n"));
  }
  return settled.map((one) => (one.status === "fulfilled" ? one.value : undefined)) as unknown as T;
}

/** @throws pulumi.RunError with all of these errors and their fixes, unless there are none */
export function requireNone(errors: readonly UserError[]): void {
  if (errors.length > 0) {
    const texts = errors.map(({ message, fix }) => fault(message, fix).message);
    throw new pulumi.RunError(texts.join("\n"));
  }
}

/** Returns a result. @throws pulumi.RunError when it is an error */
export function unlessError<T>(result: T | UserError): T {
  if (result instanceof UserError) {
    throw fault(result.message, result.fix);
  }
  return result;
}

/** Waits for work that is independent of Pulumi. A UserError becomes a fault with the same fix. */
export async function orFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? runErrorOf(error) : error;
  }
}

function runErrorOf(error: UserError): pulumi.RunError {
  return new pulumi.RunError(describeError(error), { cause: error });
}
