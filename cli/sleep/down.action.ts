import type { Seed } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import { formatUsd } from "../../core/money/prices";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { billedOf, keptIn } from "../data/account-kept";
import { planKeepingOf } from "../data/keep-data";
import { keptItemOf, totalUsdPerMonth } from "../data/kept";
import type { KeptItem } from "../data/kept.data";
import { keptToSeed } from "../data/kept-to-seed";
import { requireSeedName, seedDataOf } from "../data/seed-data";
import type { DownData } from "../environments/down.data";
import { receiptText } from "../environments/down.text";
import { requireUnprotected, type TakeDownTools, takeDown } from "../environments/take-down";
import { questionWithStrays } from "../environments/teardown";
import { asleepSinceIn, statusOf } from "../stacks/environment-status";
import { requireStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import type { LockOptions } from "../terminal/shared-options";
import type { down } from "./down.command";
import { putToSleep } from "./sleep";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof down>,
  options: OptionsOf<typeof down>,
): Promise<Result> {
  const { terminal, env, signal, say, now } = context;
  const { keepData: seedName } = options;
  if (seedName !== undefined) {
    requireSeedName("--keep-data", seedName, `doks-env down ${stack} --keep-data shop-small`);
  }
  requireAnswer(context, options, "to take it down");
  const record = await requireStack(context, stack);
  const environment = statusOf(record, now());
  // Dependents come first for a shared cluster or a domain: otherwise a user might lift its protection in vain.
  if (environment.placement !== "host" && environment.placement !== "domain") {
    requireUnprotected(environment);
  }
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  const kept = (await billedOf(account, record.tags.data)).map(keptItemOf);
  const ask = () => questionWithStrays(context, account, record, question(stack, kept, seedName));
  await requireConsent(context, options, ask, `doks-env show ${stack}`);
  const progress = progressOf(context);
  try {
    const tools = { workspace: openWorkspace(context), account, progress };
    let seed: Seed | undefined;
    if (seedName !== undefined && asleepSinceIn(record) === undefined) {
      await sleepWithData(context, stack, tools, options, seedName);
    }
    const taken = await takeDown(context, stack, tools, {
      ...options,
      command: "down",
      allow: async (current) => {
        if (seedName !== undefined) {
          seed = await keptToSeed(context, account, current, seedName);
        }
      },
    });
    const gone = taken.left.length === 0;
    const data: DownData = {
      stack,
      gone,
      ...taken,
      ...(kept.length > 0 && seed === undefined ? { deletedData: kept } : {}),
      ...(seed === undefined ? {} : { seed: seedDataOf(seed) }),
    };
    return {
      data,
      text: () => receiptText(data, terminal.out.paint),
      exitCode: gone ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}

function question(stack: string, kept: readonly KeptItem[], seedName: string | undefined): string {
  if (seedName !== undefined) {
    return `Take down ${stack}, and keep its data as seed ${seedName}?`;
  }
  const names = kept.map(({ claim, kind, name }) => `${claim} (${kind} ${name})`).join(", ");
  return kept.length === 0
    ? `Take down ${stack}?`
    : `Take down ${stack}, and delete its kept data, which costs ${formatUsd(totalUsdPerMonth(kept))} a month: ${names}?`;
}

/** Puts the environment to sleep first, so that the seed has the guarantees of a sleep. */
async function sleepWithData(
  context: Context,
  stack: string,
  tools: TakeDownTools,
  options: LockOptions,
  seedName: string,
): Promise<void> {
  await putToSleep(
    context,
    stack,
    tools,
    { hand: true },
    {
      ...options,
      allow: async (record) => {
        const { account } = tools;
        const isKept = (await keptIn(account, record.tags.data)).length > 0;
        if (!isKept && (await planKeepingOf(context, account, record)) === undefined) {
          throw new UserError(
            `"${stack}" has no data to keep, so seed ${seedName} would be empty`,
            `doks-env down ${stack}   # without --keep-data`,
          );
        }
      },
    },
  );
}
