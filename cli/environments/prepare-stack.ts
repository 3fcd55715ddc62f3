import { randomUUID } from "node:crypto";
import type { Layer } from "../../core/settings/layers";
import { differences, revisionOf } from "../../core/settings/revision";
import { copiesWithout } from "../data/missing-copies";
import { currentCommit } from "../stacks/git";
import type { StackRecord } from "../stacks/record";
import { recordedSettings, recordSettings, settingsPartsIn } from "../stacks/settings-record";
import { configFor, lastFile, type StackFile, writeStackFile } from "../stacks/stack-file";
import { writeTags } from "../stacks/stack-tags";
import type { Workspace } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import { changedError } from "./reconcile-settings";
import type { Checked } from "./up-checks";

export interface PrepareOptions {
  /** The stack's own new settings. */
  readonly own: Layer;
  /** The part of them to record for the next update. @default - all */
  readonly recorded?: Layer;
  /** This checkout's file of the stack. @default - none */
  readonly file?: StackFile;
  /** Whether this checkout keeps the stack's own settings in its file. */
  readonly keepsFile: boolean;
  readonly pullRequest?: string;
  /** Seed that the environment is created to renew. */
  readonly refreshes?: string;
  /** @default - the commit that is checked out in the project's folder */
  readonly commit?: string;
  /** Whether working hours start it, which does not count as use. */
  readonly byClock: boolean;
}

/** The stack before its update. Its tags are written first, so that a killed update can be recognized. */
export interface Prepared {
  readonly tags: StackRecord["tags"];
  /** Text of the update's configuration file. */
  readonly config: string;
}

/**
 * Creates the stack if necessary, and records its settings.
 *
 * @param settled - the stack when it was decided which checkout's settings apply
 * @param known - the stack now
 */
export async function prepareStack(
  context: Context,
  stack: string,
  settled: StackRecord | undefined,
  known: StackRecord | undefined,
  { own, name, expiresAt, restore }: Checked,
  { recorded = own, file, keepsFile, pullRequest, refreshes, commit, byClock }: PrepareOptions,
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
  // After a kill between two of the next three writes, the same command continues: the file contains the new settings,
  // and a file that equals the record counts as up to date.
  keep(file?.basedOn);
  const tags = await writeTags(
    context,
    record,
    {
      owner: name.owner,
      profile: name.profile,
      created: record.tags.created ?? context.now().toISOString(),
      expires: record.tags.expires ?? expiresAt,
      // A failed update is use, too. Otherwise it could look like the remains of a killed reaper.
      lastUsed: byClock ? undefined : context.now().toISOString(),
      // Identifies the volumes that the update will create, also after a kill.
      data: restore.restored.length === 0 ? undefined : (record.tags.data ?? randomUUID()),
      ...copiesWithout(record.tags, restore.forgotten),
      pullRequest,
      // Any other command takes the environment over: the next refresh must not take it down.
      refreshes: refreshes ?? null,
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

/** @throws {UserError} when another process has recorded other settings since that decision */
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
