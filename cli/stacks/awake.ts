import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import type { StackRecord } from "./record";

/** @throws {UserError} for an environment with an unfinished teardown: part of its data may be deleted */
export function requireWhole({ stack, tags: { going } }: StackRecord): void {
  if (going !== undefined) {
    throw unfinishedTeardown(stack, going);
  }
}

/** @param since - start of the teardown, RFC 3339 */
export function unfinishedTeardown(stack: string, since: string): UserError {
  return new UserError(
    `a teardown of "${stack}" did not finish (${moment(since)}): data of its claims may be deleted`,
    `doks-env down ${stack}   # finishes it; doks-env up ${stack} --wake brings back the remaining data`,
  );
}

/** @throws {UserError} for an environment that is asleep or half asleep: only `wake` may change it */
export function requireAwake({ stack, tags, hasResources }: StackRecord): void {
  const { asleep } = tags;
  if (asleep !== undefined) {
    throw new UserError(
      hasResources
        ? `a sleep or wake of "${stack}" did not finish`
        : `"${stack}" has been asleep since ${moment(asleep)}`,
      `doks-env wake ${stack}`,
    );
  }
}
