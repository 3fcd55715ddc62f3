import { createHash } from "node:crypto";
import { UserError } from "../../../core/errors";
import type { Plan } from "./plan";

const HASH_LENGTH = 12;

/**
 * Returns a hash that two plans share if and only if they take the same actions on the same resources by the same rules.
 * It ignores times, prices, texts and skipped entries, so that the same plan a minute later has the same hash.
 *
 * @returns 12 hexadecimal digits
 */
export function hashOf({ entries }: Plan): string {
  const actions = entries
    .filter(({ action }) => action !== "skip")
    .map(({ subject, ids, action, due, warning }) =>
      JSON.stringify([subject, [...ids].sort(), action, due?.action, due?.cause, warning?.step]),
    )
    .sort();
  return createHash("sha256").update(actions.join("\n")).digest("hex").slice(0, HASH_LENGTH);
}

/**
 * Checks that a plan is the one that was shown.
 *
 * @param hash - hash of the shown plan
 * @throws {UserError} when the plan has changed since
 */
export function requireSamePlan(plan: Plan, hash: string): void {
  const actual = hashOf(plan);
  if (actual !== hash) {
    throw new UserError(
      `the plan is now ${actual}, not ${hash}: something has changed since, so nothing was done`,
      `look at the plan again (doks-env reap plan), then: doks-env reap run --plan ${actual}`,
    );
  }
}
