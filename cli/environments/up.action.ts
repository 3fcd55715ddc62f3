import { describePrice } from "../../core/money/prices";
import { requireAwake } from "../stacks/awake";
import { changesOf } from "../stacks/overrides";
import { withSettingOptions } from "../stacks/setting-options";
import { settingsReader } from "../stacks/settings-record";
import { withChanges } from "../stacks/stack-config";
import { readStackFile } from "../stacks/stack-file";
import { findStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { progressOf } from "../terminal/progress";
import { bringUp } from "./bring-up";
import type { BroughtUp } from "./finish-update";
import { reconcileSettings } from "./reconcile-settings";
import type { up } from "./up.command";
import type { UpData } from "./up.data";
import { summary } from "./up.text";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof up>,
  options: OptionsOf<typeof up>,
): Promise<Result> {
  return withSettingOptions(() => upStack(context, stack, options));
}

async function upStack(
  context: Context,
  stack: string,
  options: OptionsOf<typeof up>,
): Promise<Result> {
  const { project } = context;
  const startedAt = context.now();
  const changes = changesOf(options, project, context.cwd);
  requireAnswer(context, options, "to continue");
  const record = await findStack(context, stack);
  if (record !== undefined && !options.wake) {
    requireAwake(record);
  }
  const file = readStackFile(project, stack);
  const theirs = record && (await settingsReader(context)(record));
  const own = await reconcileSettings(context, stack, file, theirs, options.settings);
  // First, because a name without a profile or an invalid value needs no slow check.
  const wanted = withChanges(project, stack, own, changes);

  const progress = progressOf(context);
  try {
    const workspace = openWorkspace(context);
    const { pin = false, pullRequest, wait, breakLock } = options;
    const brought = await bringUp(
      context,
      stack,
      record,
      { workspace, progress },
      {
        command: "up",
        own: wanted,
        changes,
        file,
        keepsFile: true,
        pin,
        pullRequest,
        wait,
        breakLock,
        byClock: false,
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

/** The environment now, and the time that it took. */
export function upResult(context: Context, brought: BroughtUp, startedAt: Date): Result {
  const now = context.now();
  const seconds = Math.round((now.getTime() - startedAt.getTime()) / 100) / 10;
  const data: UpData = { ...brought, seconds };
  return { data, text: () => summary(data, now, context.terminal.out.paint) };
}
