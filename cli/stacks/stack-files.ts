import { UserError } from "../../core/errors";
import type { ReadableBucket } from "./bucket";

// Source of the paths: pkg/backend/diy/{meta,store,stack_tags,lock}.go of Pulumi 3.259.

export interface StackFiles {
  readonly stack: string;
  /** Two while Pulumi changes the compression. */
  readonly checkpoints: readonly string[];
  readonly tags: readonly string[];
  readonly locks: readonly string[];
}

/** Patterns that find a stack's name in the keys of its files. They exclude backups (`.bak`) and attributes (`.attrs`). */
const CHECKPOINT = /^([^/]+)\.json(?:\.gz|\.zst)?$/;
const TAGS = /^([^/]+)\.pulumi-tags$/;
const LOCK = /^([^/]+)\/[^/]+\.json$/;

const META = ".pulumi/meta.yaml";
const STACKS = ".pulumi/stacks/";
const LOCKS = ".pulumi/locks/organization/";

/** The layout with a folder for each project. */
const LAYOUT_VERSION = 1;
/** The layout with all stacks in one folder, which Pulumi no longer accepts. */
const LEGACY_LAYOUT_VERSION = 0;

/**
 * Lists a project's stacks.
 *
 * @param only - name of the only stack to list. @default - all stacks of the project
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

/** Returns the prefix of the keys of a stack's state and tags. */
export function stackPrefix(project: string, stack: string): string {
  return `${STACKS}${project}/${stack}.`;
}

/** Returns the prefix of the keys of a stack's locks. */
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

/** Groups the keys in a folder that match the pattern by the stack's name. */
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
    throw new UserError("the backend has an old layout, without projects", "pulumi state upgrade");
  }
  if (version !== LAYOUT_VERSION) {
    throw new UserError(
      `${META} does not have layout ${LAYOUT_VERSION}, the only supported one`,
      "check whether `pulumi stack ls` can read it; if so, update doks-env",
    );
  }
}

/** Checks the layout by the file that Pulumi's first command writes to a new bucket; the legacy layout has no such file. */
async function layoutWithoutMeta(bucket: ReadableBucket): Promise<number> {
  const keys = await bucket.list(STACKS);
  return keys.some((key) => CHECKPOINT.test(key.slice(STACKS.length)))
    ? LEGACY_LAYOUT_VERSION
    : LAYOUT_VERSION;
}
