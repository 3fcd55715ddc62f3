import { rmSync } from "node:fs";
import { join } from "node:path";
import { describeError, UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { contextName } from "../cluster/kubeconfig";
import { kubeconfigPath, removeFromKubeconfig } from "../cluster/kubeconfig-file";
import { listedKeepers } from "../data/account-kept";
import { deleteData } from "../data/delete-data";
import { spareData } from "../data/spare-data";
import { deleteUnclaimedVolumes } from "../shared-clusters/account-resources";
import { BlockedError, withBlockersReported } from "../shared-clusters/blocked";
import type { Blocker } from "../shared-clusters/blockers";
import { rememberLeft } from "../shared-clusters/left-behind";
import type { SharedNamespace } from "../shared-clusters/shared-namespace";
import { withSlowContentsDeleted } from "../shared-clusters/slow-contents";
import { type EnvironmentStatus, statusOf } from "../stacks/environment-status";
import { withLockGuard } from "../stacks/lock-guard";
import type { StackRecord } from "../stacks/record";
import { writeTags } from "../stacks/stack-tags";
import { findStack, otherStacks, requireStack } from "../stacks/stacks";
import { DamagedStateError, follow } from "../stacks/update";
import { openWorkspace, type Workspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import { noting } from "../terminal/noting";
import type { ProgressLines } from "../terminal/progress";
import type { LockOptions } from "../terminal/shared-options";
import { requireNoDependents } from "./dependents";
import type { DownData } from "./down.data";
import { deleteRecords } from "./left-record";
import { pullTokens, revocationAddress, revoke } from "./pull-credentials";
import { deleteStrays, lateStrays, requireSoleOwner, traceOf, untilGone } from "./teardown";

/** The dependencies of a teardown, which several teardowns may share. */
export interface TakeDownTools {
  readonly workspace: Workspace;
  readonly account: DigitalOcean;
  readonly progress: ProgressLines;
}

export interface TakeDownOptions extends LockOptions {
  /** The command that continues after an interruption; `sleep` keeps the stack. */
  readonly command: "down" | "sleep";
  /**
   * Called with the stack and the ids of the clusters to delete right before the first deletion; throws to stop without one.
   *
   * @default - only protection stops it
   */
  readonly allow?: (record: StackRecord, clusterIds: readonly string[]) => void | Promise<void>;
}

/** The outcome. The stack is kept as long as resources are left. */
export type TakenDown = Pick<
  DownData,
  "left" | "strays" | "foreign" | "costSoFarUsd" | "sharedCluster" | "released"
>;

/**
 * Takes an environment down without asking: destroys the resources in its state, deletes those that carry its id but are
 * not in the state, reads from the account what is left, and removes the stack and its files on this machine. After any
 * interruption it can be run again.
 *
 * Several can run at once, each with a context and signal of its own.
 *
 * @throws {UserError} when the environment is protected or locked, other environments depend on it, or pulumi fails twice;
 *   the remaining steps are skipped then
 * @throws {InterruptedError} when the context's signal is aborted
 */
export async function takeDown(
  context: Context,
  stack: string,
  tools: TakeDownTools,
  options: TakeDownOptions,
): Promise<TakenDown> {
  const { workspace, account, progress } = tools;
  const read = () => findStack(context, stack);
  const { trace, tags, costSoFarUsd, released } = await withLockGuard(
    context,
    workspace.engine,
    stack,
    read,
    options,
    async () => {
      const record = await requireStack(context, stack);
      const environment = statusOf(record, context.now());
      // Read first, while state, account and cluster still contain it.
      const { data: dataId } = record.tags;
      if (dataId !== undefined && options.command === "down") {
        await listedKeepers(account, dataId);
      }
      const seen = {
        ...(await traceOf(context, account, record)),
        dataId,
        keepsData: options.command === "sleep",
      };
      const others = await otherStacks(context, stack);
      await requireSoleOwner(context, record, seen, others);
      await requireNoDependents(context, account, record, seen, others);
      requireUnprotected(environment);
      await options.allow?.(record, seen.clusterIds);
      // Before the first deletion, so that no later command treats the remaining data as complete.
      await mark(context, record, options);
      await spareData(account, seen.clusterIds, seen);
      // Before the address that they point to is released.
      await deleteRecords(account, seen.records ?? [], context.say);
      // First, because the destroy removes the id from the state, which proves their ownership.
      await deleteStrays(account, seen.strays, context.say);
      const address = revocationAddress(context.env);
      // Their tokens exist only in the state.
      const pulling =
        address !== undefined && seen.hasPullCredentials
          ? await pullTokens(workspace.engine, stack)
          : [];
      const { sharedNamespace } = seen;
      if (sharedNamespace?.objects !== undefined) {
        // While the state still contains its placement.
        await deleteUnclaimedVolumes(sharedNamespace.objects, sharedNamespace.namespace);
      }
      const found = await marking(context, record, options, () =>
        destroy(context, stack, tools, options, sharedNamespace),
      );
      if (address !== undefined) {
        await revoke(pulling, address, context.say);
      }
      const { costSoFarUsd: cost } = environment;
      return { trace: seen, tags: record.tags, costSoFarUsd: cost, released: found };
    },
  );
  const late = await lateStrays(account, trace);
  const left = await progress.during(
    "account",
    async () => {
      await deleteStrays(account, late, context.say);
      await deleteData(account, trace);
      return untilGone(account, trace, context.signal);
    },
    (things) => (things.length === 0 ? "nothing left" : `${things.length} left`),
  );
  const isRemoved = left.length === 0 && options.command === "down";
  if (isRemoved) {
    await workspace.removeStack(stack);
  } else if (trace.sharedNamespace) {
    await rememberLeft(context, { stack, tags }, trace.sharedNamespace, left);
  }
  if (left.length === 0) {
    await forget(context, stack);
  }
  const strays = [...trace.strays, ...late];
  return {
    left,
    costSoFarUsd,
    strays: unlessEmpty(strays),
    foreign: unlessEmpty(trace.foreign),
    sharedCluster: trace.sharedNamespace && leftCluster(trace.sharedNamespace),
    released: unlessEmpty(released.map(({ path: _, ...object }) => object)),
  };
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** Marks an environment that a teardown destroys. A sleep does not: it keeps the data. */
async function mark(
  context: Context,
  record: StackRecord,
  { command }: TakeDownOptions,
): Promise<void> {
  if (command === "down") {
    await writeTags(context, record, { going: context.now().toISOString() });
  }
}

/** Marks the environment again when the teardown fails: by then the state is newer than the first mark, as after an update. */
async function marking<T>(
  context: Context,
  record: StackRecord,
  options: TakeDownOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await noting(context, `that "${record.stack}" is being taken down`, () =>
      mark(context, record, options),
    );
    throw error;
  }
}

function leftCluster({
  clusterId,
  namespace,
  objects,
}: SharedNamespace): TakenDown["sharedCluster"] {
  return { id: clusterId, namespace, gone: objects === undefined };
}

/** @throws {UserError} for an environment that is protected */
export function requireUnprotected({
  stack,
  protected: isProtected,
}: Pick<EnvironmentStatus, "stack" | "protected">): void {
  if (isProtected) {
    throw new UserError(`"${stack}" is protected`, `doks-env unprotect ${stack}`);
  }
}

/**
 * Needs neither the program nor a working API server, because the cluster's contents are deleted with it. Only a namespace
 * of a shared cluster needs its API server.
 */
async function destroy(
  context: Context,
  stack: string,
  { workspace, progress }: TakeDownTools,
  { command }: TakeDownOptions,
  sharedNamespace: SharedNamespace | undefined,
): Promise<readonly Blocker[]> {
  const stopIfInterrupted = () => {
    if (context.signal.aborted) {
      throw new InterruptedError(
        `interrupted: some resources of "${stack}" may still exist`,
        `doks-env ${command} ${stack}   # continues`,
      );
    }
  };
  const isHomeGone = sharedNamespace !== undefined && sharedNamespace.objects === undefined;
  if (isHomeGone) {
    progress.note(
      `  its shared cluster ${sharedNamespace.clusterId} is gone, with everything in it`,
    );
  }
  const handle = (isHomeGone ? withoutCluster(context) : workspace).stack(stack);
  const once = (refresh: boolean) =>
    follow(context, progress, (followed) => handle.destroy({ ...followed, refresh }));
  let released: readonly Blocker[] = [];
  try {
    released = await withBlockersReported(sharedNamespace, progress, () =>
      withSlowContentsDeleted(sharedNamespace, () => once(false)),
    );
  } catch (error) {
    stopIfInterrupted();
    if (error instanceof BlockedError) {
      throw error;
    }
    if (!(error instanceof UserError) || error instanceof DamagedStateError) {
      throw error;
    }
    // If the cluster was deleted without Pulumi, its deletion fails. By then the state has no contents of the cluster, and
    // a refresh removes the cluster itself.
    progress.note("  trying again after a refresh of the state");
    await once(true);
  }
  stopIfInterrupted();
  return released;
}

/**
 * Lets pulumi drop a cluster's contents from the state. Only after DigitalOcean reports that the cluster does not exist,
 * because to pulumi an outage looks the same.
 */
function withoutCluster({ project, env }: Context): Workspace {
  return openWorkspace({ project, env: { ...env, PULUMI_K8S_DELETE_UNREACHABLE: "true" } });
}

/** Removes the environment's files from this machine. */
async function forget({ project, env, say }: Context, stack: string): Promise<void> {
  rmSync(join(project.folder, ".rendered", stack), { recursive: true, force: true });
  const file = kubeconfigPath(env);
  try {
    await removeFromKubeconfig(file, contextName(stack));
    await removeFromKubeconfig(file, contextName(stack, "developer"));
  } catch (error) {
    // The file is not ours. The environment is gone all the same.
    say(`its kubeconfig contexts could not be removed: ${describeError(error)}`);
  }
}
