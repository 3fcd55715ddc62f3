import { randomUUID } from "node:crypto";
import type { Layer } from "../../core/settings/layers";
import { differences, revisionOf } from "../../core/settings/revision";
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
  /** The stack's own new values. */
  readonly own: Layer;
  /** What is recorded of that, for the next update. @default - all of it */
  readonly recorded?: Layer;
  /** This checkout's values of it. @default - none */
  readonly file?: StackFile;
  /** Whether this checkout keeps in its file what the stack itself is to set. */
  readonly keepsFile: boolean;
  readonly pullRequest?: string;
  /** Seed that it is brought up to renew. */
  readonly refreshes?: string;
  /** @default - the one that is checked out in the project's folder */
  readonly commit?: string;
  /** Whether the clock does it, which is no use of it. */
  readonly byClock: boolean;
}

/** The tags written before anything is created, by which an update that is killed a moment later is known. */
export interface Prepared {
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
