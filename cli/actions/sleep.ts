import type { Result } from "../command";
import type { Context } from "../context";
import { EXIT } from "../errors";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import { DigitalOcean, requireAccess } from "../services/digitalocean";
import { environmentOf } from "../services/environments";
import type { LockOptions } from "../services/lock-guard";
import { putToSleep, type Slept } from "../services/sleep";
import { requireStack } from "../services/stacks";
import { requireUnprotected } from "../services/take-down";
import { openWorkspace } from "../services/workspace";
import { progressOf } from "../ui/progress";
import { sleepText } from "../ui/receipt-text";

export type SleepOptions = LockOptions & ConsentOptions;

/** What `sleep --json` prints: the teardown receipt, and what a wake brings back. */
export interface SleepData extends Slept {
  readonly stack: string;
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: SleepOptions,
): Promise<Result> {
  const { terminal, project, env, signal, say, now } = context;
  requireAnswer(context, options, "to put it to sleep");
  requireUnprotected(environmentOf(await requireStack(context, stack), now()));
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  await requireConsent(
    context,
    options,
    `Put ${stack} to sleep, without what is in its volumes?`,
    `doks-env show ${stack}`,
  );
  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(project, env);
    const tools = { workspace, account, progress };
    const slept = await putToSleep(context, stack, tools, { hand: true }, options);
    for (const image of slept.unpinned) {
      progress.note(`  ! a wake takes this by its tag: ${image}`);
    }
    const data: SleepData = { stack, ...slept };
    return {
      data,
      text: () => sleepText(data, terminal.out.paint),
      exitCode: data.left.length === 0 ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}
