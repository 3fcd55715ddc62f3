import type { Result } from "../command";
import type { Context } from "../context";
import { EXIT } from "../errors";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import { DigitalOcean, requireAccess } from "../services/digitalocean";
import { environmentOf } from "../services/environments";
import type { LockOptions } from "../services/lock-guard";
import type { Leftover } from "../services/receipt";
import { requireStack } from "../services/stacks";
import { type LeftCluster, requireUnprotected, takeDown } from "../services/take-down";
import { openWorkspace } from "../services/workspace";
import { progressOf } from "../ui/progress";
import { receiptText } from "../ui/receipt-text";

export type DownOptions = LockOptions & ConsentOptions;

/** What `down --json` prints: the teardown receipt. */
export interface DownData {
  readonly stack: string;
  /** Nothing is left, and the stack is removed. */
  readonly gone: boolean;
  /** What DigitalOcean still has of it. */
  readonly left: readonly Leftover[];
  readonly costSoFarUsd?: number;
  readonly sharedCluster?: LeftCluster;
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: DownOptions,
): Promise<Result> {
  const { terminal, project, env, signal, say, now } = context;
  requireAnswer(context, options, "to take it down");
  const environment = environmentOf(await requireStack(context, stack), now());
  // Of a cluster for others, who lives on it has to be said first: its protection may then be lifted for nothing.
  if (environment.placement !== "host") {
    requireUnprotected(environment);
  }
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  await requireConsent(context, options, `Take down ${stack}?`, `doks-env show ${stack}`);
  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(project, env);
    const tools = { workspace, account, progress };
    const taken = await takeDown(context, stack, tools, { ...options, command: "down" });
    const gone = taken.left.length === 0;
    const data: DownData = { stack, gone, ...taken };
    return {
      data,
      text: () => receiptText(data, terminal.out.paint),
      exitCode: gone ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}
