import { UserError } from "../../core/errors";
import { compareNow } from "./compare-now";
import { judgeByAll } from "./judge";
import { type ReaperMemory, rememberedUses } from "./policy/memory";
import type { Verdict } from "./policy/verdict";
import type { Sources } from "./sources";

/** The verdict on one environment by all evidence. */
export interface StackJudgement {
  readonly verdict: Verdict;
  /** Reasons why the reaper would do nothing despite the verdict. */
  readonly doubts: readonly string[];
}

/**
 * Judges one environment by all evidence.
 *
 * @param now - Unix seconds
 * @throws {UserError} when there is no such stack, or the stacks cannot be listed
 */
export async function judgeStack(
  sources: Sources,
  record: ReaperMemory,
  stack: string,
  now: number,
): Promise<StackJudgement> {
  const { stacks, comparison } = await compareNow(sources, record, now);
  const known = stacks.find(({ situation }) => situation.stack === stack);
  const doubts = comparison.state === "refused" ? comparison.reasons : [];
  if (known === undefined) {
    throw new UserError(
      `there is no environment "${stack}" to explain${doubts.map((doubt) => `: ${doubt}`).join("")}`,
      "doks-env list",
    );
  }
  const remembered = [rememberedUses(record).get(stack)].filter((use) => use !== undefined);
  return { verdict: await judgeByAll(sources, known, remembered, now), doubts };
}
