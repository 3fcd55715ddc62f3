import { UserError } from "../../core/errors";
import { entryNameOf } from "../../core/manifests/entry";
import { describePrice } from "../../core/money/prices";
import { missingObjects } from "../../core/rules/missing-objects";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { diagnosisAfterFailure } from "../cluster/diagnose-stack";
import { discardCopies, discardUnclaimed } from "../data/discard-copies";
import {
  discardSpent,
  requireRestored,
  restoreVolumes,
  resumeAfterSleep,
} from "../data/restore-data";
import { withLockGuard } from "../stacks/lock-guard";
import type { StackRecord } from "../stacks/record";
import { findStack } from "../stacks/stacks";
import { DamagedStateError, follow } from "../stacks/update";
import type { Outputs, Workspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import type { ProgressLines } from "../terminal/progress";
import type { LockOptions } from "../terminal/shared-options";
import { type BroughtUp, type FinishOptions, finishUpdate } from "./finish-update";
import { checkOwnership, removeStrays } from "./ownership-check";
import { type PrepareOptions, prepareStack } from "./prepare-stack";
import { removeFirst } from "./remove-first";
import { RolloutWatch } from "./rollout-watch";
import { type Checked, checkUp, restoreUnderLock, type Scrutiny } from "./up-checks";

export interface BringUpTools {
  readonly workspace: Workspace;
  readonly progress: ProgressLines;
}

export interface BringUpOptions extends LockOptions, PrepareOptions, FinishOptions {
  /** Whether to replace tags by digests. */
  readonly pin: boolean;
  /** Further checks for the overlay of a fork. */
  readonly scrutiny?: Scrutiny;
  /** Called with the results of the checks before the first change; throws to stop without one. */
  readonly consent?: (checked: Checked) => Promise<void>;
}

/**
 * Creates or updates an environment: runs the checks and the update, and writes the tags that lists show.
 *
 * @param record - the stack in the backend. @default - the stack does not exist
 * @throws {UserError} when a check fails, another process holds the stack's lock, or the update fails; with a diagnosis
 * @throws {InterruptedError} when the context's signal is aborted
 */
export async function bringUp(
  context: Context,
  stack: string,
  record: StackRecord | undefined,
  { workspace, progress }: BringUpTools,
  order: BringUpOptions,
): Promise<BroughtUp> {
  const checked = await progress.during(
    "checks",
    () => checkUp(context, stack, order.own, record, order.pin, order.scrutiny),
    ({ price, notes }) => [describePrice(price), ...notes].join("; "),
  );
  for (const warning of checked.warnings) {
    progress.note(`  ! ${warning}`);
  }
  await order.consent?.(checked);
  if (context.signal.aborted) {
    throw new InterruptedError(
      "interrupted; nothing was changed",
      `doks-env ${order.command} ${stack}`,
    );
  }
  const work = async (known: StackRecord | undefined) => {
    const restore =
      known === record ? checked.restore : await restoreUnderLock(context, stack, known, checked);
    await removeLeft(context, stack, checked, workspace);
    const { tags, config } = await prepareStack(
      context,
      stack,
      record,
      known,
      { ...checked, restore },
      order,
      workspace,
    );
    const account = new DigitalOcean(requireAccess(context.env), context);
    await resumeAfterSleep(context, account, known);
    await discardUnclaimed(context, account, known, restore.restored);
    const data = await restoreVolumes(context, account, stack, tags.data, restore.restored);
    const tools = { workspace, progress };
    const outputs = await update(context, stack, known, config, tools, order, { ...checked, data });
    const updated = { ...known, ...afterUpdate(context, stack, outputs, tags) };
    await requireRestored(context, account, updated, restore);
    await discardSpent(account, restore);
    await discardCopies(context, account, updated);
    return finishUpdate(context, updated, order, progress);
  };
  const read = () => findStack(context, stack);
  const seen = Promise.resolve(record);
  return withLockGuard(context, workspace.engine, stack, read, order, work, seen);
}

/** Removes what a killed update left. Checks again under the lock, because the state may contain it by now. */
async function removeLeft(
  context: Context,
  stack: string,
  { settings, strays: { clusters, pools, hasPending } }: Checked,
  { forgetPending }: Workspace,
): Promise<void> {
  if (clusters.length + pools.length === 0 && !hasPending) {
    return;
  }
  const account = new DigitalOcean(requireAccess(context.env), context);
  const record = await findStack(context, stack);
  const { strays } = await checkOwnership(context, account, stack, settings, record);
  await removeStrays(context, account, strays);
  // Last, because until then the pending operations show that resources may be left.
  if (strays.hasPending) {
    const made = (strays.records ?? []).map(({ urn, id }) => [urn, id] as const);
    await forgetPending(stack, new Map(made));
  }
}

function afterUpdate(
  { now }: Context,
  stack: string,
  outputs: Outputs,
  tags: StackRecord["tags"],
): StackRecord {
  const lastUpdate = now().toISOString();
  return { stack, lastUpdate, hasResources: true, outputs, tags, updating: false, locks: [] };
}

async function update(
  context: Context,
  stack: string,
  known: StackRecord | undefined,
  config: string,
  { workspace, progress }: BringUpTools,
  order: BringUpOptions,
  {
    rendered,
    settings,
    bounds,
    data,
  }: Checked & { readonly data: Readonly<Record<string, string>> },
): Promise<Outputs> {
  const handle = workspace.stack(stack, config);
  const tree = rendered && {
    entry: rendered.entry?.service ?? entryNameOf(rendered.entries, settings.smokeTest),
    missing: missingObjects(rendered.objects),
  };
  for (let attempt = 1; ; attempt++) {
    const watch = new RolloutWatch(context, stack, progress, tree);
    try {
      if (rendered !== undefined) {
        const tools = { handle, progress };
        await removeFirst(context, known, tools, rendered.objects, bounds);
      }
      const env = { ...rendered?.handOver(context.project.folder), ...data };
      return await follow(context, progress, (followed) =>
        handle.up(watch.following({ ...followed, env })),
      );
    } catch (error) {
      if (context.signal.aborted) {
        throw await interrupted(context, stack, order);
      }
      if (!(error instanceof UserError) || error instanceof DamagedStateError) {
        throw error;
      }
      if (attempt < ATTEMPTS && COUNTED_AT_ONCE.test(error.message)) {
        progress.note("  ! the quota changed while an object was counted; trying again");
        continue;
      }
      const diagnosis = await diagnosisAfterFailure(context, stack);
      throw new UserError(
        `"${stack}" is not up: ${watch.verdict ?? error.message}${diagnosis}`,
        `fix it and run the same command again; \`doks-env diagnose ${stack}\` checks again, \`doks-env down ${stack}\` removes the environment`,
        { cause: error },
      );
    } finally {
      watch.close();
    }
  }
}

/**
 * The API server's error when the quota changes while it counts an object. The object is valid, but the provider does not
 * repeat its creation.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/67761
 */
const COUNTED_AT_ONCE = /Operation cannot be fulfilled on resourcequotas/;
const ATTEMPTS = 3;

/** Returns an error with the stack's present state and the commands that continue. */
async function interrupted(
  context: Context,
  stack: string,
  { command }: BringUpOptions,
): Promise<InterruptedError> {
  const record = await findStack(context, stack);
  const state = record?.hasResources
    ? "some of its resources exist and are billed"
    : "none of its resources exist";
  const lock = record === undefined || record.locks.length === 0 ? "not locked" : "still locked";
  const otherwise = command === "up" ? "down" : "sleep";
  return new InterruptedError(
    `interrupted: "${stack}" is ${lock}, and ${state}`,
    `doks-env ${command} ${stack}   # continues; doks-env ${otherwise} ${stack} removes it`,
  );
}
