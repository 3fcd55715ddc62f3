import { describePrice } from "../../lib/prices";
import type { Result } from "../command";
import type { Context } from "../context";
import { requireAwake } from "../services/awake";
import { type BroughtUp, bringUp } from "../services/bring-up";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import { engineFor } from "../services/engine";
import type { LockOptions } from "../services/lock-guard";
import { changesOf, type Overrides } from "../services/overrides";
import { restoreConfig, settingsWith } from "../services/stack-config";
import { findStack } from "../services/stacks";
import { openWorkspace } from "../services/workspace";
import { progressOf } from "../ui/progress";
import { summary } from "../ui/summary";

export interface UpOptions extends Overrides, LockOptions, ConsentOptions {
  readonly pin?: boolean;
  readonly pullRequest?: string;
  readonly wake?: boolean;
}

/** What `up --json` and `wake --json` print. */
export interface UpData extends BroughtUp {
  /** Of the whole command. */
  readonly seconds: number;
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: UpOptions,
): Promise<Result> {
  const { project } = context;
  const startedAt = context.now();
  const changes = changesOf(options, project, context.cwd);
  requireAnswer(context, options, "to go on");
  const record = await findStack(context, stack);
  if (record !== undefined) {
    if (!options.wake) {
      requireAwake(record);
    }
    await restoreConfig(project, record, engineFor(context));
  }
  // Before anything that takes time: a name that fits no profile, or a wrong value.
  settingsWith(project, stack, changes);

  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(project, context.env);
    const { pin = false, pullRequest, wait, breakLock } = options;
    const brought = await bringUp(
      context,
      stack,
      { workspace, progress },
      {
        ...{ command: "up", changes, pin, pullRequest, wait, breakLock, byClock: false },
        consent: ({ isNew, price }) =>
          requireConsent(
            context,
            options,
            `${isNew ? "Bring up" : "Update"} ${stack} for ${describePrice(price)}?`,
            `doks-env preview ${stack}`,
          ),
      },
    );
    return upResult(context, brought, startedAt);
  } finally {
    progress.close();
  }
}

/** What there is now, and how long that took. */
export function upResult(context: Context, brought: BroughtUp, startedAt: Date): Result {
  const now = context.now();
  const seconds = Math.round((now.getTime() - startedAt.getTime()) / 100) / 10;
  const data: UpData = { ...brought, seconds };
  return { data, text: () => summary(data, now, context.terminal.out.paint) };
}
