import type { Context } from "../terminal/context";
import type { Bucket } from "./bucket";
import { readTags, tagsFile } from "./bucket-stacks";
import { engineFor } from "./engine";
import { openBucket } from "./read-stacks";
import type { StackRecord } from "./record";
import { tagsKey } from "./stack-files";
import { sourceOf } from "./stacks";

/** An environment's data in its stack's tags: data that its state lacks, or that must be readable without it. */
interface StackTags {
  readonly owner?: string;
  readonly profile?: string;
  /** Uuid of the account that it was made in. */
  readonly account?: string;
  /** RFC 3339 */
  readonly created?: string;
  /** RFC 3339; an extension moves it. */
  readonly expires?: string;
  readonly pullRequest?: string;
  /** Commit that was checked out at the last `up`. */
  readonly commit?: string;
  /** `true` or `false`, since somebody said so. */
  readonly protected?: string;
  /** RFC 3339; somebody of its people did something with it. */
  readonly lastUsed?: string;
  /** RFC 3339; since when it sleeps, or is being put to sleep. A wake removes it. */
  readonly asleep?: string;
  /** RFC 3339; since when a teardown has not come to its end. An update removes it. */
  readonly going?: string;
  /** RFC 3339; when the clock last woke it. A wake by hand removes it. */
  readonly woken?: string;
  /** RFC 3339; until then it is kept, used or not, because its tests have failed. Passing them removes it. */
  readonly keptUntil?: string;
  /** Id of the cluster that goes on where the one before the last sleep has ended. */
  readonly continues?: string;
  /** RFC 3339; since when a command has stopped its pods to save its data, and has not started them again. */
  readonly stopped?: string;
  /** Uuid that the snapshots of its claims are tagged with, and the volumes that are made of them. */
  readonly data?: string;
  /** Seed that it is there to renew: `data refresh` may take it down. */
  readonly refreshes?: string;
  /** USD that it had cost when it last went to sleep or was woken. */
  readonly spent?: string;
  /** USD that what is kept of its data costs in a month, since it sleeps. For estimates: the account says what is kept. */
  readonly keeping?: string;
}

/** A tag is set to a text, or removed by `null`; what is `undefined` stays as it is. */
export type TagChanges = { readonly [Name in keyof StackTags]: StackTags[Name] | null } & {
  readonly [name: string]: string | null | undefined;
};

/**
 * Writes what has changed of a stack's tags: all at once, without a process, where the backend is a folder or an S3
 * bucket. Elsewhere each tag takes a process: pulumi has no command for several. The config `pulumi:tags` would not do:
 * Pulumi Cloud alone heeds it, and it removes none.
 *
 * @param record - as it was read: elsewhere it says which tags differ
 * @param look - sees the tags as they are right before, and throws to leave them so; elsewhere as they were read
 * @returns the tags as they are now
 * @throws {Error} when they cannot be written; with a folder or a bucket nothing has changed then
 * @see pkg/backend/diy/stack_tags.go and pkg/backend/stack.go (GetMergedStackTags, which pkg/backend/httpstate alone
 *   calls) of Pulumi 3.259
 */
export async function writeTags(
  place: Pick<Context, "project" | "env">,
  { stack, tags: known }: Pick<StackRecord, "stack" | "tags">,
  changes: TagChanges,
  look: (current: StackRecord["tags"]) => void = () => {},
): Promise<StackRecord["tags"]> {
  const { url, project } = sourceOf(place);
  const bucket = await openBucket(url);
  return bucket === undefined
    ? setEach(place, stack, known, changes, look)
    : rewrite(bucket, tagsKey(project, stack), changes, look);
}

async function rewrite(
  bucket: Bucket,
  key: string,
  changes: TagChanges,
  look: (current: StackRecord["tags"]) => void,
): Promise<StackRecord["tags"]> {
  // Others may have changed some since the record was read.
  const current = (await readTags(bucket, key)) ?? {};
  look(current);
  const wanted = changed(current, changes);
  if (differing(current, changes).length > 0) {
    await bucket.write(key, tagsFile(wanted));
  }
  return wanted;
}

async function setEach(
  place: Pick<Context, "project" | "env">,
  stack: string,
  current: StackRecord["tags"],
  changes: TagChanges,
  look: (current: StackRecord["tags"]) => void,
): Promise<StackRecord["tags"]> {
  look(current);
  const engine = engineFor(place);
  for (const [name, value] of differing(current, changes)) {
    const words = value === null ? ["rm", name] : ["set", name, value];
    await engine.output("stack", "tag", ...words, "--stack", stack);
  }
  return changed(current, changes);
}

function differing(
  current: StackRecord["tags"],
  changes: TagChanges,
): readonly (readonly [string, string | null])[] {
  return Object.entries(changes).flatMap(([name, value]) =>
    value === undefined || value === (current[name] ?? null) ? [] : [[name, value] as const],
  );
}

export function changed(current: StackRecord["tags"], changes: TagChanges): Record<string, string> {
  const entries = Object.entries({ ...current, ...defined(changes) });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

function defined(changes: TagChanges): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(changes).filter(
      (entry): entry is [string, string | null] => entry[1] !== undefined,
    ),
  );
}
