import { createHash } from "node:crypto";
import { UserError } from "../../../core/errors";
import type { Plan } from "./plan";

const HASH_LENGTH = 12;

/**
 * A short text that two plans share if and only if they do the same to the same: what is destroyed, put to sleep, woken
 * and announced, by which rule. Times, prices, words and what is skipped are not in it, so that the plan of a minute ago
 * is still the same.
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
 * Sees that a plan is the one that was shown.
 *
 * @param hash - of the one that was shown
 * @throws {UserError} when the world has changed since
 */
export function requireSamePlan(plan: Plan, hash: string): void {
  const actual = hashOf(plan);
  if (actual !== hash) {
    throw new UserError(
      `the plan is ${actual} by now, not ${hash}: something has changed since it was shown, and nothing was done`,
      `look at the plan again (doks-env reap plan), then: doks-env reap run --plan ${actual}`,
    );
  }
}
