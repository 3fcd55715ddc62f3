import { incompleteSeed, type Seed, seedsIn } from "../../core/data/seed";
import { describeError, UserError } from "../../core/errors";
import { describePrice } from "../../core/money/prices";
import type { Layer } from "../../core/settings/layers";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { requireSeedName } from "../data/seed-data";
import { saveLocked, seedsResult } from "../data/seeds.action";
import { withChanges } from "../stacks/stack-config";
import { readStackFile } from "../stacks/stack-file";
import { findStack, requireStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { EXIT, InterruptedError, UsageError } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import { type BringUpTools, bringUp } from "./bring-up";
import type { dataRefresh } from "./refresh.command";
import { type TakeDownTools, type TakenDown, takeDown } from "./take-down";
import { runTeamCommand } from "./team-command";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof dataRefresh>,
  options: OptionsOf<typeof dataRefresh>,
): Promise<Result> {
  const { as: seed = "", run: line = "" } = options;
  const example = `doks-env data refresh ${stack} --as shop-small --run "npm run migrate"`;
  requireSeedName("--as", seed, example);
  if (line === "") {
    throw new UsageError("--run is missing: the command that changes the data", example);
  }
  requireAnswer(context, options, "to bring it up");
  const { env, say, signal } = context;
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const found = await findStack(context, stack);
  if (found !== undefined && found.tags.refreshes !== seed) {
    throw new UserError(
      `"${stack}" exists already, and a refresh takes its environment down`,
      `doks-env data save ${stack} --as ${seed}   # or refresh with another stack name`,
    );
  }
  const progress = progressOf(context);
  const tools = { workspace: openWorkspace(context), account, progress };
  try {
    if (found !== undefined) {
      progress.note(`  taking down "${stack}" first, which a killed refresh left`);
      await takeDown(context, stack, tools, { command: "down" });
    }
    const { saved, left } = await refresh(context, stack, tools, { ...options, seed, line });
    const result = seedsResult(context, [saved]);
    return { ...result, exitCode: left.length === 0 ? EXIT.done : EXIT.partly };
  } finally {
    progress.close();
  }
}

interface Order {
  readonly seed: string;
  readonly line: string;
  readonly yes?: boolean;
}

/** Takes the environment down after any failure. After an interruption, the next refresh or its expiry removes it. */
async function refresh(
  context: Context,
  stack: string,
  tools: BringUpTools & TakeDownTools,
  order: Order,
): Promise<Pick<TakenDown, "left"> & { readonly saved: Seed }> {
  let saved: Seed;
  try {
    await bringUpWithSeed(context, stack, tools, order);
    await runTeamCommand(context, await requireStack(context, stack), order.line);
    saved = await saveLocked(context, tools.account, stack, order.seed, tools.progress);
  } catch (error) {
    if ((await findStack(context, stack)) === undefined) {
      throw error;
    }
    if (context.signal.aborted) {
      throw new InterruptedError(
        `interrupted: "${stack}" exists and is billed`,
        `run the same command again, which starts over; doks-env down ${stack} removes it`,
        { cause: error },
      );
    }
    await takeDown(context, stack, tools, { command: "down" }).catch((failure: unknown) =>
      context.say(`! "${stack}" could not be taken down: ${describeError(failure)}`),
    );
    throw error;
  }
  return { saved, ...(await takeDown(context, stack, tools, { command: "down" })) };
}

async function bringUpWithSeed(
  context: Context,
  stack: string,
  tools: BringUpTools & TakeDownTools,
  { seed, yes }: Order,
) {
  const { project } = context;
  const seeds = seedsIn(await tools.account.volumeSnapshots(), project.name);
  const versions = seeds.filter(({ name }) => name === seed);
  const isThere = versions.some(({ isComplete }) => isComplete);
  if (versions.length > 0 && !isThere) {
    throw new UserError(
      incompleteSeed(seed),
      `doks-env data delete ${seed}   # then the refresh makes it from nothing`,
    );
  }
  const changes: Layer = isThere ? { data: { seed } } : {};
  const file = readStackFile(project, stack);
  const own = withChanges(project, stack, file?.own ?? {}, changes);
  return bringUp(context, stack, undefined, tools, {
    command: "up",
    own,
    changes,
    refreshes: seed,
    pin: false,
    byClock: false,
    keepsFile: false,
    file,
    consent: ({ price }) =>
      requireConsent(
        context,
        { yes },
        `Bring ${stack} up for ${describePrice(price)}, and ${isThere ? "replace" : "create"} seed ${seed}?`,
        "doks-env data list",
      ),
  });
}
