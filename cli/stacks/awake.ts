import { UserError } from "../../core/errors";
import { moment } from "../terminal/times";
import type { StackRecord } from "./record";

/** @throws {UserError} for an environment that sleeps, or is half asleep: only a wake goes on with it */
export function requireAwake({ stack, tags, hasResources }: StackRecord): void {
  const { asleep } = tags;
  if (asleep !== undefined) {
    throw new UserError(
      hasResources
        ? `"${stack}" was being put to sleep, or woken, and that did not end`
        : `"${stack}" sleeps since ${moment(asleep)}`,
      `doks-env wake ${stack}`,
    );
  }
}
