import { describePrice } from "../../core/money/prices";
import { upResult } from "../environments/up.action";
import { openWorkspace } from "../stacks/workspace";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import { requireAnswer, requireConsent } from "../terminal/consent";
import type { Context } from "../terminal/context";
import { progressOf } from "../terminal/progress";
import { wake } from "./wake";
import type { wake as definition } from "./wake.command";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof definition>,
  options: OptionsOf<typeof definition>,
): Promise<Result> {
  const startedAt = context.now();
  requireAnswer(context, options, "to wake it");
  const progress = progressOf(context);
  try {
    const workspace = openWorkspace(context);
    const { wait, breakLock } = options;
    const brought = await wake(
      context,
      stack,
      { workspace, progress },
      {
        wait,
        breakLock,
        byClock: false,
        consent: ({ price }) =>
          requireConsent(
            context,
            options,
            `Wake ${stack} for ${describePrice(price)}?`,
            `doks-env show ${stack}`,
          ),
      },
    );
    return upResult(context, brought, startedAt);
  } finally {
    progress.close();
  }
}
