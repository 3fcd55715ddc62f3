import { UserError } from "../../core/errors";
import type { ReadableBucket } from "./bucket";

// Where the files lie: pkg/backend/diy/{meta,store,stack_tags,lock}.go of Pulumi 3.259.

export interface StackFiles {
  readonly stack: string;
  /** Two while the compression is being changed. */
  readonly checkpoints: readonly string[];
  readonly tags: readonly string[];
  readonly locks: readonly string[];
}

/** A stack's name in the key of each of its files. Backups end in `.bak`; local files have `.attrs` beside them. */
const CHECKPOINT = /^([^/]+)\.json(?:\.gz|\.zst)?$/;
const TAGS = /^([^/]+)\.pulumi-tags$/;
const LOCK = /^([^/]+)\/[^/]+\.json$/;

const META = ".pulumi/meta.yaml";
const STACKS = ".pulumi/stacks/";
const LOCKS = ".pulumi/locks/organization/";

/** Stacks by project. */
const LAYOUT_VERSION = 1;
/** All stacks in one folder: Pulumi does not accept it any more. */
const LEGACY_LAYOUT_VERSION = 0;

/**
 * Lists a project's stacks.
 *
 * @param only - name of the one stack to look for
 * @default only - all of the project
 * @throws {Error} when the bucket cannot be read or has another layout
 */
export async function listStackFiles(
  bucket: ReadableBucket,
  project: string,
  only?: string,
): Promise<StackFiles[]> {
  const stacksFolder = `${STACKS}${project}/`;
  const locksFolder = `${LOCKS}${project}/`;
  const [stackKeys, lockKeys] = await Promise.all([
    bucket.list(stacksFolder + (only === undefined ? "" : `${only}.`)),
    bucket.list(locksFolder + (only === undefined ? "" : `${only}/`)),
    requireKnownLayout(bucket),
  ]);
  const tags = byStack(stackKeys, stacksFolder, TAGS);
  const locks = byStack(lockKeys, locksFolder, LOCK);
  return [...byStack(stackKeys, stacksFolder, CHECKPOINT)]
    .filter(([stack]) => only === undefined || stack === only)
    .map(([stack, checkpoints]) => ({
      stack,
      checkpoints,
      tags: tags.get(stack) ?? [],
      locks: locks.get(stack) ?? [],
    }));
}

/** How the keys of a stack's state and tags begin. */
export function stackPrefix(project: string, stack: string): string {
  return `${STACKS}${project}/${stack}.`;
}

/** How the keys of a stack's locks begin. */
export function lockPrefix(project: string, stack: string): string {
  return `${LOCKS}${project}/${stack}/`;
}

export function tagsKey(project: string, stack: string): string {
  return `${STACKS}${project}/${stack}.pulumi-tags`;
}

export async function listLocks(
  bucket: ReadableBucket,
  project: string,
  stack: string,
): Promise<string[]> {
  const keys = await bucket.list(lockPrefix(project, stack));
  return byStack(keys, `${LOCKS}${project}/`, LOCK).get(stack) ?? [];
}

/** The keys whose rest behind the folder fits the pattern, by the stack's name in it. */
function byStack(keys: readonly string[], folder: string, pattern: RegExp): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const stack = pattern.exec(key.slice(folder.length))?.[1];
    if (stack !== undefined) {
      found.set(stack, [...(found.get(stack) ?? []), key]);
    }
  }
  return found;
}

async function requireKnownLayout(bucket: ReadableBucket): Promise<void> {
  const meta = await bucket.read(META);
  const version = meta
    ? Number(/^version: *(\d+)/m.exec(meta.toString())?.[1])
    : await layoutWithoutMeta(bucket);
  if (version === LEGACY_LAYOUT_VERSION) {
    throw new UserError("its stacks are not kept by project", "pulumi state upgrade");
  }
  if (version !== LAYOUT_VERSION) {
    throw new UserError(
      `${META} does not say layout ${LAYOUT_VERSION}, the only one that is known here`,
      "see whether `pulumi stack ls` can read it, and update this program if so",
    );
  }
}

/** Pulumi's first command on a new bucket writes that file; the legacy layout never had it. */
async function layoutWithoutMeta(bucket: ReadableBucket): Promise<number> {
  const keys = await bucket.list(STACKS);
  return keys.some((key) => CHECKPOINT.test(key.slice(STACKS.length)))
    ? LEGACY_LAYOUT_VERSION
    : LAYOUT_VERSION;
}
