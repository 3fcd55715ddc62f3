import { resolve } from "node:path";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { UserError } from "../../lib/errors";
import { describePrice } from "../../lib/prices";
import type { Result } from "../command";
import type { Context } from "../context";
import { InterruptedError } from "../errors";
import { hasCluster } from "../services/cluster-in-state";
import { type ConsentOptions, requireAnswer, requireConsent } from "../services/consent";
import { type Engine, engineFor } from "../services/engine";
import { type Environment, environmentOf } from "../services/environments";
import { diagnosisAfterFailure } from "../services/failure";
import { currentCommit } from "../services/git";
import { type LockOptions, withLockGuard } from "../services/lock-guard";
import { changesOf, type Overrides } from "../services/overrides";
import { restoreConfig, settingsWith, writeConfig } from "../services/stack-config";
import { findStack } from "../services/stacks";
import { type StackTags, setTags } from "../services/tags";
import { type Checked, checkUp } from "../services/up-checks";
import { DamagedStateError, follow } from "../services/update";
import { openWorkspace, type Workspace } from "../services/workspace";
import { type Progress, progressOf } from "../ui/progress";
import { summary } from "../ui/summary";

export interface UpOptions extends Overrides, LockOptions, ConsentOptions {
  readonly pin?: boolean;
  readonly pullRequest?: string;
}

/** What `up --json` prints. */
export interface UpData {
  readonly environment: Environment;
  readonly images: readonly string[];
  /** Absolute. */
  readonly kubeconfigFile: string;
  /** Of the whole command. */
  readonly seconds: number;
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  options: UpOptions,
): Promise<Result> {
  const { project } = context;
  const startedAt = context.now().getTime();
  const changes = changesOf(options, project, context.cwd);
  requireAnswer(context, options, "to go on");
  const record = await findStack(context, stack);
  if (record !== undefined) {
    await restoreConfig(project, stack, engineFor(context));
  }
  // Before anything that takes time: a name that fits no profile, or a wrong value.
  settingsWith(project, stack, changes);

  const progress = progressOf(context);
  try {
    const workspace = await openWorkspace(project, context.env);
    const checked = await progress.during(
      "checks",
      () => checkUp(context, stack, changes, record, options.pin === true),
      ({ price, notes }) => [describePrice(price), ...notes].join("; "),
    );
    for (const warning of checked.warnings) {
      progress.note(`  ! ${warning}`);
    }
    await requireConsent(
      context,
      options,
      `${checked.isNew ? "Bring up" : "Update"} ${stack} for ${describePrice(checked.price)}?`,
      `doks-env preview ${stack}`,
    );
    stopIfInterrupted(context, stack);
    const work = async () => {
      await prepare(context, stack, checked, options, workspace);
      return update(context, stack, workspace, progress);
    };
    const outputs = await withLockGuard(
      context,
      workspace.engine,
      stack,
      () => findStack(context, stack),
      options,
      work,
    );
    return await report(
      context,
      stack,
      outputs,
      changes.ttl !== undefined,
      workspace.engine,
      startedAt,
    );
  } finally {
    progress.close();
  }
}

function stopIfInterrupted({ signal }: Context, stack: string): void {
  if (signal.aborted) {
    throw new InterruptedError("interrupted; nothing was changed", `doks-env up ${stack}`);
  }
}

/** Makes the stack if there is none, and writes what it is to be. */
async function prepare(
  context: Context,
  stack: string,
  { changes, name, expiresAt }: Checked,
  { pullRequest }: UpOptions,
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
    pullRequest,
    commit: await currentCommit(context.project.folder),
  };
  await setTags(engine, stack, tags, record?.tags ?? {});
}

async function update(
  context: Context,
  stack: string,
  workspace: Workspace,
  progress: Progress,
): Promise<OutputMap> {
  const handle = await workspace.stack(stack);
  try {
    const { outputs } = await follow(context, progress, (followed) => handle.up(followed));
    return outputs;
  } catch (error) {
    if (context.signal.aborted) {
      throw await interrupted(context, stack, workspace.engine);
    }
    if (error instanceof UserError && !(error instanceof DamagedStateError)) {
      const diagnosis = await diagnosisAfterFailure(context, stack);
      throw new UserError(
        `"${stack}" is not up: ${error.message}${diagnosis}`,
        `mend it and run the same again; \`doks-env diagnose ${stack}\` looks again, \`doks-env down ${stack}\` gives up`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Says what there is now and what to run. */
async function interrupted(
  context: Context,
  stack: string,
  engine: Engine,
): Promise<InterruptedError> {
  const record = await findStack(context, stack);
  const state = record?.hasResources ? "part of it is there, and costs" : "nothing of it is there";
  const lock = record === undefined || record.locks.length === 0 ? "not locked" : "still locked";
  // A cluster that was being created is in the account and perhaps not in the state, so `up` would not find it.
  const goesOn = !record?.hasResources || (await hasCluster(engine, record));
  return new InterruptedError(
    `interrupted: "${stack}" is ${lock}, and ${state}`,
    goesOn
      ? `doks-env up ${stack}   # goes on; doks-env down ${stack} takes it away`
      : `doks-env down ${stack}   # takes it away; after that doks-env up ${stack} starts anew`,
  );
}

async function report(
  context: Context,
  stack: string,
  outputs: OutputMap,
  ttlIsNew: boolean,
  engine: Engine,
  startedAt: number,
): Promise<Result> {
  const record = await findStack(context, stack);
  if (record === undefined) {
    throw new Error(`stack "${stack}" is gone right after its update`);
  }
  const now = context.now();
  const { expiresAt, protected: isProtected } = record.outputs;
  // What the update has said anew counts, and not what a tag has said before.
  const tags = {
    ...record.tags,
    ...(ttlIsNew ? { expires: String(expiresAt) } : {}),
    ...(record.tags.protected === undefined ? {} : { protected: String(isProtected) }),
  };
  const environment = environmentOf({ ...record, tags }, now);
  await setTags(engine, stack, { ...tags, expires: environment.expiresAt }, record.tags);
  const data: UpData = {
    environment,
    images: outputs.images?.value as string[],
    kubeconfigFile: resolve(context.project.folder, outputs.kubeconfigFile?.value as string),
    seconds: Math.round((now.getTime() - startedAt) / 100) / 10,
  };
  return { data, text: () => summary(data, now, context.terminal.out.paint) };
}
