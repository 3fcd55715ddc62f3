import { describeError, UserError } from "../../core/errors";
import type { TakenDown } from "../environments/take-down";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { stackOf } from "./event";
import type { GitHub } from "./github/github";
import { publish } from "./publish";
import type { Report } from "./report";

/**
 * Reports to a pull request that its environment was taken down by another command than its own workflow. A failure to report
 * is a warning.
 *
 * @param record - the stack before the teardown
 * @param why - the reason, a sentence without a full stop
 */
export async function reportRemoval(
  context: Context,
  gitHub: GitHub,
  { stack, tags }: StackRecord,
  why: string,
  taken: TakenDown,
): Promise<void> {
  const { pullRequest, commit } = tags;
  const number = Number(pullRequest);
  // The comment is about the pull request's own environment, not about another one for it.
  if (commit === undefined || stack !== stackOf({ number })) {
    return;
  }
  const gone = taken.left.length === 0;
  const report: Report = {
    stack,
    pullRequest: number,
    commit,
    state: gone ? "gone" : "left behind",
    why,
    images: [],
    laps: [],
    tests: [],
    receipt: { stack, gone, ...taken },
  };
  try {
    await publish(context, gitHub, report, false);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    context.say(`GitHub did not accept the report: ${describeError(error)}`);
  }
}
