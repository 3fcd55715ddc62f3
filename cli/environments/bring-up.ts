import { resolve } from "node:path";
import { UserError } from "../../core/errors";
import { describePrice } from "../../core/money/prices";
import type { Layer } from "../../core/settings/layers";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import { diagnosisAfterFailure } from "../cluster/diagnose-stack";
import type { Engine } from "../stacks/engine";
import { type Environment, environmentOf, expiryBySettings } from "../stacks/environments";
import { currentCommit } from "../stacks/git";
import { withLockGuard } from "../stacks/lock-guard";
import type { StackRecord } from "../stacks/record";
import { pinTagsIn } from "../stacks/sleeping-pins";
import { writeConfig } from "../stacks/stack-config";
import { removeTags, type StackTags, setTags } from "../stacks/stack-tags";
import { findStack, requireStack } from "../stacks/stacks";
import { DamagedStateError, follow } from "../stacks/update";
import type { Outputs, Workspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { InterruptedError } from "../terminal/errors";
import type { ProgressLines } from "../terminal/progress";
import type { LockOptions } from "../terminal/shared-options";
import { claimsOf, removeStrays } from "./claims";
import { RolloutWatch } from "./rollout-watch";
import { type Checked, checkUp, type Scrutiny } from "./up-checks";

export interface BringUpTools {
  readonly workspace: Workspace;
  readonly progress: ProgressLines;
}

/** What is to come up, and how. */
export interface BringUpOptions extends LockOptions {
  /** The command that goes on when this fails or is interrupted. */
  readonly command: "up" | "wake";
  /** What is said of its settings beyond its config; it is kept there. */
  readonly changes: Layer;
  /** Whether tags are to become digests. */
  readonly pin: boolean;
  readonly pullRequest?: string;
  /** @default - the one that is checked out in the project's folder */
  readonly commit?: string;
  /** Whether the clock does it, which is no use of it. */
  readonly byClock: boolean;
  /** For the overlay of a fork. */
  readonly scrutiny?: Scrutiny;
  /** Looks at what was found before anything is changed, and throws to leave everything as it is. */
  readonly consent?: (checked: Checked) => Promise<void>;
}

/** The one way in for all environments of a shared cluster. */
export interface Entrance {
  readonly domain: string;
  /** IP address or host name. */
  readonly address: string;
}

/** What there is now. */
export interface BroughtUp {
  readonly environment: Environment;
  readonly images: readonly string[];
  /** Of a cluster for others: where their hosts' names have to lead. */
  readonly entrance?: Entrance;
  /** Absolute. */
  readonly kubeconfigFile: string;
}

/**
 * Brings an environment up, or up to date: checks, updates, and writes down what lists of environments tell.
 *
 * @throws {UserError} when the checks find faults, somebody holds the stack, or the update fails; with a diagnosis
 * @throws {InterruptedError} when the context's signal is aborted
 */
export async function bringUp(
  context: Context,
  stack: string,
  { workspace, progress }: BringUpTools,
  order: BringUpOptions,
): Promise<BroughtUp> {
  const record = await findStack(context, stack);
  const checked = await progress.during(
    "checks",
    () => checkUp(context, stack, order.changes, record, order.pin, order.scrutiny),
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
  const work = async () => {
    await removeLeft(context, stack, checked);
    await prepare(context, stack, checked, order, workspace);
    return update(context, stack, { workspace, progress }, order, checked);
  };
  const read = () => findStack(context, stack);
  const outputs = await withLockGuard(context, workspace.engine, stack, read, order, work);
  return finish(context, stack, outputs, order, workspace.engine);
}

/** Looks again, now that nobody else is at work on the stack: what was being created may be in the state by now. */
async function removeLeft(
  context: Context,
  stack: string,
  { settings, strays: { clusters, pools } }: Checked,
): Promise<void> {
  if (clusters.length + pools.length === 0) {
    return;
  }
  const account = new DigitalOcean(requireAccess(context.env), context);
  const record = await findStack(context, stack);
  const { strays } = await claimsOf(context, account, stack, settings, record);
  await removeStrays(context, account, strays);
}

/** Makes the stack if there is none, and writes what it is to be. */
async function prepare(
  context: Context,
  stack: string,
  { changes, name, expiresAt }: Checked,
  { pullRequest, commit, byClock }: BringUpOptions,
  { engine }: Workspace,
): Promise<void> {
  // Read again: somebody else may have made it while this was waiting.
  const record = await findStack(context, stack);
  if (record === undefined) {
    await engine.output("stack", "init", stack, "--no-select");
  }
  await writeConfig(context.project, stack, changes, engine);
  const tags: StackTags = {
    owner: name.owner,
    profile: name.profile,
    created: record?.tags.created ?? context.now().toISOString(),
    expires: record?.tags.expires ?? expiresAt,
    // Also of one that fails; and the update itself may be taken for what is left of a reaper that was killed.
    lastUsed: byClock ? undefined : context.now().toISOString(),
    pullRequest,
    commit: commit ?? (await currentCommit(context.project.folder)),
  };
  await setTags(engine, stack, tags, record?.tags ?? {});
}

async function update(
  context: Context,
  stack: string,
  { workspace, progress }: BringUpTools,
  order: BringUpOptions,
  { rendered }: Checked,
): Promise<Outputs> {
  const handle = workspace.stack(stack);
  const watch = new RolloutWatch(context, stack, progress);
  try {
    const env = rendered?.handOver();
    return await follow(context, progress, (followed) =>
      handle.up(watch.following({ ...followed, env })),
    );
  } catch (error) {
    if (context.signal.aborted) {
      throw await interrupted(context, stack, order);
    }
    if (error instanceof UserError && !(error instanceof DamagedStateError)) {
      const diagnosis = await diagnosisAfterFailure(context, stack);
      throw new UserError(
        `"${stack}" is not up: ${watch.verdict ?? error.message}${diagnosis}`,
        `mend it and run the same again; \`doks-env diagnose ${stack}\` looks again, \`doks-env down ${stack}\` gives up`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    watch.close();
  }
}

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

async function finish(
  context: Context,
  stack: string,
  outputs: Outputs,
  { changes, command, byClock }: BringUpOptions,
  engine: Engine,
): Promise<BroughtUp> {
  const record = await requireStack(context, stack);
  const now = context.now();
  const { account, protected: isProtected, clusterId } = record.outputs;
  const slept = record.tags.asleep !== undefined;
  // What the update has said anew counts, and not what a tag has said before.
  const said: StackTags = {
    // Of an environment that sleeps nothing else tells.
    account: typeof account === "string" ? account : undefined,
    ...(changes.ttl === undefined ? {} : { expires: expiryBySettings(record) }),
    ...(record.tags.protected === undefined ? {} : { protected: String(isProtected) }),
    ...(slept ? { continues: String(clusterId) } : {}),
    ...(slept && byClock ? { woken: now.toISOString() } : {}),
  };
  const gone = [
    ...(command === "up" ? pinTagsIn(record.tags) : []),
    ...(slept && !byClock ? ["woken"] : []),
    // Last of all: until then a wake can go on.
    ...(slept ? ["asleep"] : []),
  ];
  const tags: Record<string, string> = { ...record.tags, ...defined(said) };
  for (const name of gone) {
    delete tags[name];
  }
  const environment = environmentOf({ ...record, tags }, now);
  await setTags(engine, stack, { ...said, expires: environment.expiresAt }, record.tags);
  await removeTags(engine, stack, gone, record.tags);
  return {
    environment,
    // A cluster for others runs none.
    images: (outputs.images ?? []) as string[],
    ...entranceIn(record.outputs),
    kubeconfigFile: resolve(context.project.folder, outputs.kubeconfigFile as string),
  };
}

function defined(tags: StackTags): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function entranceIn({ domain, entrance }: StackRecord["outputs"]): Pick<BroughtUp, "entrance"> {
  return typeof domain === "string" && typeof entrance === "string"
    ? { entrance: { domain, address: entrance } }
    : {};
}
