import { stripVTControlCharacters } from "node:util";
import { describeError, UserError } from "../../core/errors";
import { diagnoseStack } from "../cluster/diagnose-stack";
import type { Diagnosis } from "../cluster/diagnosis";
import { bringUp } from "../environments/bring-up";
import { changesOf } from "../stacks/overrides";
import { withSettingOptions } from "../stacks/setting-options";
import { settingsReader } from "../stacks/settings-record";
import { withChanges } from "../stacks/stack-config";
import { readStackFile } from "../stacks/stack-file";
import { findStack } from "../stacks/stacks";
import { openWorkspace } from "../stacks/workspace";
import type { OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, InterruptedError, UsageError } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import type { ciUp } from "./ci.command";
import { withForkAccess } from "./fork-access";
import { pullRequestOverlay } from "./pull-request-overlay";
import { imagesIn } from "./report";
import type { RunNotes } from "./run-notes";
import { Session } from "./session";

type Options = OptionsOf<typeof ciUp>;

export async function run(
  context: Context,
  _args: readonly string[],
  options: Options,
): Promise<Result> {
  const session = await Session.open(context, options);
  if (session.decision.does !== "up") {
    return session.nothing();
  }
  const { event, stack } = session;
  session.begin(await lastTime(context, stack, event.commit));
  await session.tell();
  try {
    await withSettingOptions(() => work(context, session, options));
  } catch (error) {
    session.record({ failure: await failureOf(context, stack, error) });
    if (error instanceof InterruptedError || !(error instanceof UserError)) {
      throw error;
    }
    context.say(`error: ${describeError(error)}`);
    return session.end(error instanceof UsageError ? EXIT.usage : EXIT.failed);
  }
  return session.end();
}

async function work(context: Context, session: Session, options: Options): Promise<void> {
  const { event, stack } = session;
  const { project, cwd } = context;
  const progress = progressOf(context);
  try {
    const record = await findStack(context, stack);
    const file = readStackFile(project, stack);
    const theirs = record && (await settingsReader(context)(record));
    const known = file?.own ?? theirs?.own ?? {};
    const own = event.isFork ? withForkAccess(project, stack, known) : known;
    const overlay = await pullRequestOverlay(context, event, options);
    const changes = changesOf(
      { ...options, ...(overlay && { overlay: overlay.folder }) },
      project,
      cwd,
    );
    const workspace = openWorkspace(context);
    await bringUp(
      context,
      stack,
      record,
      { workspace, progress },
      {
        command: "up",
        own: withChanges(project, stack, own, changes),
        file,
        keepsFile: false,
        changes,
        pin: options.pin === true,
        pullRequest: String(event.number),
        commit: event.commit,
        byClock: false,
        scrutiny: overlay?.scrutiny,
        // Only an earlier run of the same pull request can hold the lock.
        wait: true,
      },
    );
  } finally {
    session.took(progress.laps);
    progress.close();
  }
}

/** The images before. A rerun has the same commit, so it shows no changes against the run before. */
async function lastTime(
  context: Context,
  stack: string,
  commit: string,
): Promise<RunNotes["before"]> {
  const record = await findStack(context, stack);
  if (record === undefined || imagesIn(record).length === 0) {
    return undefined;
  }
  const previous = record.tags.commit;
  return {
    images: imagesIn(record),
    ...(previous === undefined || previous === commit ? {} : { commit: previous }),
  };
}

/** Returns the failure without the diagnosis that its message contains, and the diagnosis itself. */
async function failureOf(
  context: Context,
  stack: string,
  error: unknown,
): Promise<NonNullable<RunNotes["failure"]>> {
  const reason =
    error instanceof UserError && error.cause instanceof UserError ? error.cause : error;
  const message = stripVTControlCharacters(describeError(reason));
  const diagnosis =
    error instanceof InterruptedError ? undefined : await diagnosisOf(context, stack);
  return { message, diagnosis };
}

async function diagnosisOf(context: Context, stack: string): Promise<Diagnosis | undefined> {
  try {
    const record = await findStack(context, stack);
    return record && (await diagnoseStack(context, record));
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    // Without a cluster that answers, the report has no diagnosis.
    return undefined;
  }
}
