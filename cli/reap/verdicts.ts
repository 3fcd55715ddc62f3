import { describeError } from "../../core/errors";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { judgeStack } from "./judge-stack";
import { knownStackReader } from "./known-stack";
import { openReaper, type Reaper } from "./open-reaper";
import { explain } from "./policy/explain";
import { EMPTY_MEMORY, type ReaperMemory } from "./policy/memory";
import { verdictOf } from "./policy/verdict";
import type { VerdictData } from "./reap.data";
import { verdictData } from "./report";
import { evidentIn } from "./sources";

/**
 * Opens the project's stacks for verdicts from the stacks alone. Without measurements an environment that looks idle is
 * `unknown`. Only the reaper finds orphans, because it compares stacks with the account.
 */
export function verdictReader(context: Context): (record: StackRecord) => Promise<VerdictData> {
  const know = knownStackReader(context, false);
  const now = context.now().getTime() / 1000;
  return async (record) => {
    const known = await know(record);
    return verdictData(verdictOf(known.situation, known.policy, evidentIn(known), now));
  };
}

/** The verdict on one environment by all evidence, or why there is none. */
export type ShownVerdict =
  | (VerdictData & {
      /** The evidence in words, a line each, the verdict first. */
      readonly timeline: readonly string[];
    })
  | { readonly unknown: string };

/** Judges one environment by all that can be known of it. Never fails: it is shown beside other things. */
export async function verdictOn(context: Context, stack: string): Promise<ShownVerdict> {
  try {
    const now = context.now().getTime() / 1000;
    const reaper = await openReaper(context, { shard: { index: 1, of: 1 } });
    const record = await recordOrNone(reaper);
    const { verdict, doubts } = await judgeStack(reaper.sources, record, stack, now);
    return { ...verdictData(verdict), timeline: [...explain(verdict, now), ...doubts] };
  } catch (error) {
    return { unknown: describeError(error) };
  }
}

/** Where no reaper can remember, none has. */
async function recordOrNone(reaper: Reaper): Promise<ReaperMemory> {
  try {
    return (await reaper.record()).record;
  } catch {
    return EMPTY_MEMORY; // The reaper itself says why.
  }
}
