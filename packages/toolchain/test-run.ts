import { constants } from "node:os";
import path from "node:path";
import type { Context } from "./context";
import { describeError } from "./errors";
import { otherNode } from "./node";
import { pythonVariables } from "./python";
import { endSuites, runSuite } from "./suite-run";
import { OTHER_NODE_SUITES, QUICK_SUITES, type Suite, shardOf, toolSuites } from "./suites";
import { formatTally, sumTallies, type Tally, tallyOfCheck } from "./summary";
import { applyVariables, toolVariables } from "./variables";

/**
 * Runs all tests and prints the total as the last line of stdout.
 *
 * Suites that need no tools run while the tools are being built. Beside the suites with tools they would save two minutes of
 * 33, and tests with a time limit would fail on a busy machine.
 *
 * @returns 0 if nothing failed, otherwise 1
 */
export async function runTests(context: Context): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void endSuites().finally(() => process.exit(128 + constants.signals[signal]));
    });
  }
  // `make test` without SHARD sets an empty text.
  const shard = context.env.SHARD || undefined;
  const quick = shardOf(QUICK_SUITES, shard);
  const slow = shardOf(toolSuites(), shard);
  const again = shardOf(OTHER_NODE_SUITES, shard);
  const preparation = prepare(context);
  const tallies = await runInTurn(quick, context.env, context);
  const tools = await preparation;
  if (tools) {
    tallies.push(...(await runInTurn(slow, tools.env, context)));
    tallies.push(...(await runAgain(again, tools, context)));
  } else {
    tallies.push(...countAsFailed([...slow, ...again], context));
  }
  const total = sumTallies(tallies);
  process.stdout.write(`${formatTally(total)}\n`);
  return total.failed === 0 ? 0 : 1;
}

interface Tools {
  readonly env: NodeJS.ProcessEnv;
  /** Path of a Node of the other line, if one exists for this system. */
  readonly node: string | undefined;
}

/** The tools for the suites; `undefined` when they are not available. */
async function prepare(context: Context): Promise<Tools | undefined> {
  try {
    const env = await applyVariables(context.env, await toolVariables(context));
    const node = await otherNode(context);
    return { env: { ...env, ...(await pythonVariables(context)) }, node };
  } catch (error) {
    context.say(`error: ${describeError(error)}`);
    return undefined;
  }
}

function countAsFailed(suites: readonly Suite[], { say }: Context): Tally[] {
  return suites.map(({ name }) => {
    say(`== ${name}: cannot run without the tools, counted as failed`);
    return tallyOfCheck(false);
  });
}

async function runAgain(
  suites: readonly Suite[],
  tools: Tools,
  context: Context,
): Promise<Tally[]> {
  return tools.node === undefined
    ? []
    : runInTurn(suites, withNode(tools.env, tools.node), context, tools.node);
}

async function runInTurn(
  suites: readonly Suite[],
  env: NodeJS.ProcessEnv,
  context: Context,
  node?: string,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const suite of suites) {
    tallies.push(await runSuite(suite, env, context, node));
  }
  return tallies;
}

/** An environment in which `node` is this one. */
function withNode(env: NodeJS.ProcessEnv, node: string): NodeJS.ProcessEnv {
  return { ...env, PATH: `${path.dirname(node)}${path.delimiter}${env.PATH ?? ""}` };
}
