import { describeError, UserError } from "../../core/errors";
import type { TakenDown } from "../environments/take-down";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { stackOf } from "./event";
import type { GitHub } from "./github/github";
import { publish } from "./publish";
import type { Report } from "./report";

/**
 * Tells a pull request that its environment was taken down, where no workflow of its own has done that. That it cannot be
 * told is not a reason to fail what was done.
 *
 * @param record - of before
 * @param why - a sentence without a full stop
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
  // Another one that is for the same pull request is not the one that its comment is about.
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
    context.say(`GitHub did not take the report: ${describeError(error)}`);
  }
}
