import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { keptItemOf } from "../data/kept";
import { requireUnprotected } from "../environments/take-down";
import { questionWithStrays } from "../environments/teardown";
import { statusOf } from "../stacks/environment-status";
import { requireStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import { putToSleep } from "./sleep";
import type { sleep } from "./sleep.command";
import type { SleepData } from "./sleep.data";
import { sleepText, unpinnedWarnings } from "./sleep.text";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof sleep>,
  options: OptionsOf<typeof sleep>,
): Promise<Result> {
  const { terminal, env, signal, say, now } = context;
  requireAnswer(context, options, "to put it to sleep");
  const record = await requireStack(context, stack);
  requireUnprotected(statusOf(record, now()));
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  await requireConsent(
    context,
    options,
    () => questionWithStrays(context, account, record, `Put ${stack} to sleep?`),
    `doks-env show ${stack}`,
  );
  const progress = progressOf(context);
  try {
    const workspace = openWorkspace(context);
    const tools = { workspace, account, progress };
    const slept = await putToSleep(context, stack, tools, { hand: true }, options);
    for (const warning of unpinnedWarnings(slept.unpinned)) {
      progress.note(`  ! ${warning}`);
    }
    const data: SleepData = { stack, ...slept, kept: slept.kept.map(keptItemOf) };
    return {
      data,
      text: () => sleepText(data, terminal.out.paint),
      exitCode: data.left.length === 0 ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}
