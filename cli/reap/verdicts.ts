import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { knownStackReader } from "./known-stack";
import { verdictOf } from "./policy/verdict";
import type { VerdictData } from "./reap.data";
import { verdictData } from "./report";
import { evidentIn } from "./sources";

/**
 * Opens the project's stacks to be judged by what they say themselves. Nothing is measured, so that what looks idle is
 * `unknown`; and of orphans only the reaper can tell, who compares them with the account.
 */
export function verdictReader(context: Context): (record: StackRecord) => Promise<VerdictData> {
  const know = knownStackReader(context, false);
  const now = context.now().getTime() / 1000;
  return async (record) => {
    const known = await know(record);
    return verdictData(verdictOf(known.situation, known.policy, evidentIn(known), now));
  };
}
