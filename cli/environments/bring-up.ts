import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { UserError } from "../../core/errors";
import { entryNameOf } from "../../core/manifests/entry";
import { describePrice } from "../../core/money/prices";
import { missingObjects } from "../../core/rules/missing-objects";
import type { Layer } from "../../core/settings/layers";
import { differences, revisionOf } from "../../core/settings/revision";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { diagnosisAfterFailure } from "../cluster/diagnose-stack";
import { discardCopies, discardUnclaimed } from "../data/discard-copies";
import {
  discardSpent,
  requireRestored,
  restoreVolumes,
  resumeAfterSleep,
} from "../data/restore-data";
import { expiryBySettings, spentBefore, statusOf } from "../stacks/environment-status";
import { currentCommit } from "../stacks/git";
import { withLockGuard } from "../stacks/lock-guard";
import type { StackRecord } from "../stacks/record";
import { recordedSettings, recordSettings, settingsPartsIn } from "../stacks/settings-record";
import { pinTagsIn } from "../stacks/sleeping-pins";
import { configFor, lastFile, type StackFile, writeStackFile } from "../stacks/stack-file";
import { changed, type TagChanges, writeTags } from "../stacks/stack-tags";
import { findStack } from "../stacks/stacks";
import { DamagedStateError, follow } from "../stacks/update";
import type { Outputs, Workspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import { noting } from "../terminal/noting";
import type { ProgressLines } from "../terminal/progress";
import type { LockOptions } from "../terminal/shared-options";
import { checkOwnership, removeStrays } from "./ownership-check";
import { changedError } from "./reconcile-settings";
import { removeFirst } from "./remove-first";
import { RolloutWatch } from "./rollout-watch";
import type { UpData } from "./up.data";
import { type Checked, checkUp, type Scrutiny } from "./up-checks";

export interface BringUpTools {
  readonly workspace: Workspace;
  readonly progress: ProgressLines;
}

export interface BringUpOptions extends LockOptions {
  /** The command that goes on when this fails or is interrupted. */
  readonly command: "up" | "wake";
  /** The stack's own new values. */
  readonly own: Layer;
  /** What is recorded of that, for the next update. @default - all of it */
  readonly recorded?: Layer;
  /** What the command line says of it. */
  readonly changes: Layer;
  /** This checkout's values of it. @default - none */
  readonly file?: StackFile;
  /** Whether this checkout keeps in its file what the stack itself is to set. */
  readonly keepsFile: boolean;
  /** Whether tags are to become digests. */
  readonly pin: boolean;
  readonly pullRequest?: string;
  /** Seed that it is brought up to renew. */
  readonly refreshes?: string;
  /** @default - the one that is checked out in the project's folder */
  readonly commit?: string;
  /** Whether the clock does it, which is no use of it. */
  readonly byClock: boolean;
  /** For the overlay of a fork. */
  readonly scrutiny?: Scrutiny;
  /** Looks at what was found before anything is changed, and throws to leave everything as it is. */
  readonly consent?: (checked: Checked) => Promise<void>;
}

export type BroughtUp = Omit<UpData, "seconds">;

/**
 * Brings an environment up, or up to date: checks, updates, and writes down what lists of environments tell.
 *
 * @param record - as the backend has it. @default - there is no such stack
 * @throws {UserError} when the checks find faults, somebody holds the stack, or the update fails; with a diagnosis
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
    await removeLeft(context, stack, checked, workspace);
    const { tags, config } = await prepare(
      ...([context, stack, record, known, checked, order, workspace] as const),
    );
    const account = new DigitalOcean(requireAccess(context.env), context);
    await resumeAfterSleep(context, account, known);
    const { restore } = checked;
    await discardUnclaimed(context, account, known, restore.restored);
    const data = await restoreVolumes(context, account, stack, tags.data, restore.restored);
    const tools = { workspace, progress };
    const outputs = await update(context, stack, known, config, tools, order, { ...checked, data });
    const updated = { ...known, ...afterUpdate(context, stack, outputs, tags) };
    await requireRestored(context, account, updated, restore);
    await discardSpent(account, restore);
    await discardCopies(context, account, updated);
    return finish(context, updated, order, progress);
  };
  const read = () => findStack(context, stack);
  const seen = Promise.resolve(record);
  return withLockGuard(context, workspace.engine, stack, read, order, work, seen);
}

/** Looks again, now that nobody else is at work on the stack: what was being created may be in the state by now. */
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
  // Last, because until then it says that there may be something.
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

/** The tags written before anything is created, by which an update that is killed a moment later is known. */
interface Prepared {
  readonly tags: StackRecord["tags"];
  /** Text of the file that the update is configured by. */
  readonly config: string;
}

/**
 * Makes the stack if there is none, and records what it is to be.
 *
 * @param settled - the stack when it was settled whose settings count
 * @param known - the stack as it is now
 */
async function prepare(
  context: Context,
  stack: string,
  settled: StackRecord | undefined,
  known: StackRecord | undefined,
  { own, name, expiresAt, restore }: Checked,
  { recorded = own, file, keepsFile, pullRequest, refreshes, commit, byClock }: BringUpOptions,
  { engine, createStack }: Workspace,
): Promise<Prepared> {
  const { project } = context;
  const record = known ?? newStack(stack);
  const revision = revisionOf(recorded);
  const text = file?.text ?? (known === undefined ? "" : await lastFile(engine, stack));
  const keep = (basedOn: string | undefined) => {
    if (keepsFile) {
      writeStackFile(project, stack, text, own, basedOn);
    }
  };
  if (known === undefined) {
    await createStack(stack);
  }
  // Whatever ends this between two of the next three, the same command goes on: what was said is in the file, and a
  // file that says what the record says is up to date.
  keep(file?.basedOn);
  const tags = await writeTags(
    context,
    record,
    {
      owner: name.owner,
      profile: name.profile,
      created: record.tags.created ?? context.now().toISOString(),
      expires: record.tags.expires ?? expiresAt,
      // Also of one that fails; and the update itself may be taken for what is left of a reaper that was killed.
      lastUsed: byClock ? undefined : context.now().toISOString(),
      going: null,
      // By this, whatever ends the update, the volumes are known that are about to be made.
      data: restore.restored.length === 0 ? undefined : (record.tags.data ?? randomUUID()),
      ...{ pullRequest, refreshes },
      commit: commit ?? (await currentCommit(project.folder)),
      ...recordSettings(recorded, record),
    },
    keepsFile ? (current) => requireSettled(stack, own, settled?.tags ?? {}, current) : undefined,
  );
  keep(revision);
  return { tags, config: configFor({ text }, project, { own, revision }) };
}

function newStack(stack: string): StackRecord {
  return { stack, hasResources: false, outputs: {}, tags: {}, locks: [] };
}

/** @throws {UserError} when somebody else has recorded other settings since it was settled whose count */
function requireSettled(
  stack: string,
  own: Layer,
  settled: StackRecord["tags"],
  current: StackRecord["tags"],
): void {
  const theirs = recordedSettings({ tags: current, outputs: {} });
  const isAsSettled = settingsPartsIn(settled) === settingsPartsIn(current);
  if (theirs !== undefined && !isAsSettled && theirs.revision !== revisionOf(own)) {
    throw changedError(stack, differences(own, theirs.own));
  }
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
        progress.note("  ! the quota changed while an object was counted; once more");
        continue;
      }
      const diagnosis = await diagnosisAfterFailure(context, stack);
      throw new UserError(
        `"${stack}" is not up: ${watch.verdict ?? error.message}${diagnosis}`,
        `fix it and run the same again; \`doks-env diagnose ${stack}\` looks again, \`doks-env down ${stack}\` gives up`,
        { cause: error },
      );
    } finally {
      watch.close();
    }
  }
}

/**
 * The API server's words when it cannot count an object because the quota changes at the same moment. Nothing is wrong with
 * the object, and the provider does not repeat its creation.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/67761
 */
const COUNTED_AT_ONCE = /Operation cannot be fulfilled on resourcequotas/;
const ATTEMPTS = 3;

/** Says what there is now and what to run. */
async function interrupted(
  context: Context,
  stack: string,
  { command }: BringUpOptions,
): Promise<InterruptedError> {
  const record = await findStack(context, stack);
  const state = record?.hasResources ? "part of it is there, and costs" : "nothing of it is there";
  const lock = record === undefined || record.locks.length === 0 ? "not locked" : "still locked";
  const otherwise = command === "up" ? "down" : "sleep";
  return new InterruptedError(
    `interrupted: "${stack}" is ${lock}, and ${state}`,
    `doks-env ${command} ${stack}   # goes on; doks-env ${otherwise} ${stack} takes it away`,
  );
}

/** Notes what has become of it. It is up, whatever comes of that. */
async function finish(
  context: Context,
  record: StackRecord,
  { changes, command, byClock }: BringUpOptions,
  progress: ProgressLines,
): Promise<BroughtUp> {
  const { stack, outputs } = record;
  const now = context.now();
  const { account } = outputs;
  const slept = record.tags.asleep !== undefined;
  const spent = String(spentBefore(record, now) ?? 0);
  // The update's new values count, and not an older tag.
  const said: TagChanges = {
    // Of an environment that sleeps nothing else tells.
    account: typeof account === "string" ? account : undefined,
    ...(changes.ttl === undefined ? {} : { expires: expiryBySettings(record, now) }),
    ...(record.tags.protected === undefined ? {} : { protected: String(outputs.protected) }),
    ...(slept
      ? {
          ...{ continues: String(outputs.clusterId), woken: null },
          ...(record.tags.keeping === undefined ? {} : { spent, keeping: null }),
        }
      : {}),
    ...(slept && byClock ? { woken: now.toISOString() } : {}),
    ...(command === "up"
      ? Object.fromEntries(pinTagsIn(record.tags).map((name) => [name, null]))
      : {}),
  };
  const gone = slept ? { asleep: null } : {};
  const tags = changed(record.tags, { ...said, ...gone });
  const environment = statusOf({ ...record, tags }, now);
  // That it slept is forgotten last of all, where each takes a process: until then a wake can go on.
  await noting(
    { say: (line) => progress.note(`  ${line}`) },
    `what has become of "${stack}", which is up,`,
    () => writeTags(context, record, { ...said, expires: environment.expiresAt, ...gone }),
  );
  return {
    environment,
    // A shared cluster runs none.
    images: (outputs.images ?? []) as string[],
    entrance: entranceIn(outputs),
    domain: domainIn(outputs),
    kubeconfigFile:
      typeof outputs.kubeconfigFile === "string"
        ? resolve(context.project.folder, outputs.kubeconfigFile)
        : undefined,
  };
}

function domainIn({
  placement,
  domain,
  nameServers,
  delegated,
  certificate,
}: Outputs): BroughtUp["domain"] {
  return placement === "domain" && typeof domain === "string"
    ? {
        name: domain,
        nameServers: nameServers as string[],
        delegated: delegated === true,
        certificate: typeof certificate === "string" ? certificate : undefined,
      }
    : undefined;
}

function entranceIn({ domain, entrance, certificate }: Outputs): BroughtUp["entrance"] {
  return typeof domain === "string" && typeof entrance === "string"
    ? { domain, address: entrance, https: certificate !== undefined }
    : undefined;
}
