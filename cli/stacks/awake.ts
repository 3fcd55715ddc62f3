import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import type { StackRecord } from "./record";

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
