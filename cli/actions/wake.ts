import { describePrice } from "../../lib/prices";
import type { Result } from "../command";
import type { Context } from "../context";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import type { LockOptions } from "../services/lock-guard";
import { wake } from "../services/wake";
import { openWorkspace } from "../services/workspace";
import { progressOf } from "../ui/progress";
import { upResult } from "./up";

export type WakeOptions = LockOptions & ConsentOptions;

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: WakeOptions,
): Promise<Result> {
  const startedAt = context.now();
  requireAnswer(context, options, "to wake it");
  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(context.project, context.env);
    const { wait, breakLock } = options;
    const brought = await wake(
      context,
      stack,
      { workspace, progress },
      {
        ...{ wait, breakLock, byClock: false },
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
