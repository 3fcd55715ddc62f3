import pMap from "p-map";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { verdictOf } from "./policy/verdict";
import type { VerdictData } from "./reap.data";
import { verdictData } from "./report";
import { evidentIn } from "./sources";
import { knownStackReader } from "./stack-sources";

const STACKS_AT_ONCE = 8;

/**
 * The verdicts on stacks by what they say themselves, in their order. Nothing is measured, so that what looks idle is
 * `unknown`; and of orphans only the reaper can tell, who compares them with the account.
 */
export async function verdictsOn(
  context: Context,
  records: readonly StackRecord[],
): Promise<VerdictData[]> {
  const know = await knownStackReader(context, false);
  const now = context.now().getTime() / 1000;
  return pMap(
    records,
    async (record) => {
      const known = await know(record);
      return verdictData(verdictOf(known.situation, known.policy, evidentIn(known), now));
    },
    { concurrency: STACKS_AT_ONCE },
  );
}
