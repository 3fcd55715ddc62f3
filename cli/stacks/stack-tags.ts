import type { Context } from "../terminal/context";
import type { Bucket } from "./bucket";
import { readTags, tagsFile } from "./bucket-stacks";
import { engineFor } from "./engine";
import { openBucket } from "./read-stacks";
import type { StackRecord } from "./record";
import { tagsKey } from "./stack-files";
import { sourceOf } from "./stacks";

/** An environment's data in its stack tags: data that its state lacks, or that must be readable without the state. */
interface StackTags {
  readonly owner?: string;
  readonly profile?: string;
  /** Uuid of the account that it was created in. */
  readonly account?: string;
  /** RFC 3339 */
  readonly created?: string;
  /** Expiry, extensions included, RFC 3339. */
  readonly expires?: string;
  readonly pullRequest?: string;
  /** Checked-out commit at the last `up`. */
  readonly commit?: string;
  /** `true` or `false`, written by `protect`, `unprotect` and `up`. */
  readonly protected?: string;
  /** Last recorded use by a person, RFC 3339. */
  readonly lastUsed?: string;
  /** Start of its sleep, RFC 3339, written before its destroy. A wake removes it. */
  readonly asleep?: string;
  /** Time at which an unfinished teardown last began or failed, RFC 3339. A successful update removes it. */
  readonly going?: string;
  /** Last wake by its working hours, RFC 3339. A wake by a person removes it. */
  readonly woken?: string;
  /** End of the time for which it is kept after failed tests, RFC 3339. Passing tests remove it. */
  readonly keptUntil?: string;
  /** Id of the cluster that a wake created, whose age continues that of the cluster before. */
  readonly continues?: string;
  /** Time at which a command stopped its pods to save data, RFC 3339. Starting them again removes it. */
  readonly stopped?: string;
  /** Uuid in the tags of its claims' snapshots and of the volumes that are created from them. */
  readonly data?: string;
  /** Seed that it was created to renew; `data refresh` may take it down. */
  readonly refreshes?: string;
  /** Cost in USD until its last sleep or wake. */
  readonly spent?: string;
  /** Price of its kept data in USD a month, for estimates; the account has the actual resources. */
  readonly keeping?: string;
}

/** New values of tags: `null` removes a tag, `undefined` leaves it unchanged. */
export type TagChanges = { readonly [Name in keyof StackTags]: StackTags[Name] | null } & {
  readonly [name: string]: string | null | undefined;
};

/**
 * Writes changed stack tags. In a folder or an S3 bucket it writes all at once, without a process. Other backends take a
 * process for each tag, because pulumi has no command for several. The config `pulumi:tags` does not help: only Pulumi
 * Cloud uses it, and it removes no tags.
 *
 * @param record - the record as read, which shows other backends' present tags
 * @param look - gets the tags right before the write and may throw to prevent it; for other backends, the tags of the record
 * @returns the new tags
 * @throws {Error} when they cannot be written; in a folder or bucket nothing has changed then
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
  // Another process may have changed tags since the record was read.
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
