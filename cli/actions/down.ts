import { rmSync } from "node:fs";
import { join } from "node:path";
import { describeError, UserError } from "../../lib/errors";
import type { Result } from "../command";
import type { Context } from "../context";
import { EXIT, InterruptedError } from "../errors";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import { DigitalOcean, requireAccess } from "../services/digitalocean";
import { environmentOf } from "../services/environments";
import { contextName } from "../services/kubeconfig";
import { kubeconfigPath, removeFromKubeconfig } from "../services/kubeconfig-file";
import { type LockOptions, withLockGuard } from "../services/lock-guard";
import type { Leftover, Trace } from "../services/receipt";
import { findStack, requireStack } from "../services/stacks";
import { deleteStrays, traceOf, untilGone } from "../services/teardown";
import { DamagedStateError, follow } from "../services/update";
import { openWorkspace, type Workspace } from "../services/workspace";
import { type Progress, progressOf } from "../ui/progress";
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
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: DownOptions,
): Promise<Result> {
  const { terminal, project, env, signal, say, now } = context;
  requireAnswer(context, options, "to take it down");
  const environment = environmentOf(await requireStack(context, stack), now());
  if (environment.protected) {
    throw new UserError(`"${stack}" is protected`, `doks-env unprotect ${stack}`);
  }
  const account = new DigitalOcean(requireAccess(env), { say, signal });
  await requireConsent(context, options, `Take down ${stack}?`, `doks-env show ${stack}`);
  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(project, env);
    const read = () => findStack(context, stack);
    // Asked before, while state and account still say which clusters there were.
    const trace = await traceOf(account, project.name, stack, environment.clusterId);
    await withLockGuard(context, workspace.engine, stack, read, options, () =>
      destroy(context, stack, workspace, progress),
    );
    const left = await progress.during(
      "account",
      () => removeRest(context, account, trace),
      (things) => (things.length === 0 ? "nothing left" : `${things.length} left`),
    );
    if (left.length === 0) {
      await workspace.local.removeStack(stack);
      await forget(context, stack);
    }
    const { costSoFarUsd } = environment;
    const data: DownData = { stack, gone: left.length === 0, left, costSoFarUsd };
    return {
      data,
      text: () => receiptText(data, terminal.out.paint),
      exitCode: left.length === 0 ? EXIT.done : EXIT.partly,
    };
  } finally {
    progress.close();
  }
}

/** Removes what commands have left on this machine. */
async function forget({ project, env, say }: Context, stack: string): Promise<void> {
  rmSync(join(project.folder, ".rendered", stack), { recursive: true, force: true });
  const file = kubeconfigPath(env);
  try {
    await removeFromKubeconfig(file, contextName(stack));
    await removeFromKubeconfig(file, contextName(stack, "developer"));
  } catch (error) {
    // Somebody's own file: the environment is gone all the same.
    say(`its contexts could not be removed: ${describeError(error)}`);
  }
}

/** Neither the program nor a working API server is needed: what is inside the cluster goes with it. */
async function destroy(
  context: Context,
  stack: string,
  workspace: Workspace,
  progress: Progress,
): Promise<void> {
  const handle = await workspace.stack(stack);
  const once = (refresh: boolean) =>
    follow(context, progress, (followed) => handle.destroy({ ...followed, refresh }));
  try {
    await once(false);
  } catch (error) {
    stopIfInterrupted(context, stack);
    if (!(error instanceof UserError) || error instanceof DamagedStateError) {
      throw error;
    }
    // When the cluster was deleted behind Pulumi's back, deleting it fails; what was inside it is out of the state by
    // then, and reading finds the cluster gone.
    progress.note("  once more, with a look at what is really there");
    await once(true);
  }
  stopIfInterrupted(context, stack);
}

function stopIfInterrupted({ signal }: Context, stack: string): void {
  if (signal.aborted) {
    throw new InterruptedError(
      `interrupted: part of "${stack}" may still be there`,
      `doks-env down ${stack}   # goes on`,
    );
  }
}

async function removeRest(
  { say }: Context,
  account: DigitalOcean,
  trace: Trace,
): Promise<readonly Leftover[]> {
  await deleteStrays(account, trace, say);
  return untilGone(account, trace);
}
