import { constants } from "node:os";
import type { Context } from "./context";
import { applyVariables, toolVariables } from "./environment";
import { describeError } from "./errors";
import { pythonVariables } from "./python";
import { endSuites, runSuite } from "./suite-run";
import { QUICK_SUITES, type Suite, TOOL_SUITES } from "./suites";
import { formatTally, sumTallies, type Tally, tallyOfCheck } from "./summary";

/**
 * Runs all tests and prints the sum as the last line of stdout.
 *
 * Suites that need no tools run while the tools are being built.
 *
 * @returns 0 if nothing failed, otherwise 1
 */
export async function runTests(context: Context): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      endSuites();
      process.exit(128 + constants.signals[signal]);
    });
  }
  const preparation = prepare(context);
  const quick = await runInTurn(QUICK_SUITES, context.env, context);
  const env = await preparation;
  const slow = env
    ? await runInTurn(TOOL_SUITES, env, context)
    : TOOL_SUITES.map((suite) => {
        context.say(`== ${suite.name}: cannot run without the tools, counted as failed`);
        return tallyOfCheck(false);
      });
  const total = sumTallies([...quick, ...slow]);
  process.stdout.write(`${formatTally(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

/** The environment of the suites that need the tools; `undefined` when those cannot be had. */
async function prepare(context: Context): Promise<NodeJS.ProcessEnv | undefined> {
  try {
    const env = await applyVariables(context.env, await toolVariables(context));
    return { ...env, ...(await pythonVariables(context)) };
  } catch (error) {
    context.say(`error: ${describeError(error)}`);
    return undefined;
  }
}

async function runInTurn(
  suites: readonly Suite[],
  env: NodeJS.ProcessEnv,
  context: Context,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const suite of suites) {
    tallies.push(await runSuite(suite, env, context));
  }
  return tallies;
}
