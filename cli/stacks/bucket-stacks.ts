import { pMapIterable, pMapSkip } from "p-map";
import type { ReadableBucket } from "./bucket";
import { parseCheckpoint, parseCheckpointHead, parseExport, type StackState } from "./checkpoint";
import { plainHead, plainText } from "./compression";
import { isTextRecord, parseObject } from "./json";
import { reasonOf } from "./reason";
import { byName, type Lock, type StackRecord } from "./record";
import { listLocks, listStackFiles, type StackFiles } from "./stack-files";

/** Enough for the stack's own resource, which takes about 5 KiB with an environment's outputs. */
const HEAD_BYTES = 32 * 1024;
/** Each stack needs two reads, and the S3 client has 50 connections. */
const STACKS_AT_ONCE = 25;
/** Source: pkg/backend/diy/stack_tags.go of Pulumi 3.259. */
const TAGS_VERSION = 1;

/** Returns the output of `pulumi stack export`. */
export type ExportStack = (stack: string) => Promise<string>;

/**
 * Reads a project's stacks from a bucket, with two listings and one or two reads for each stack.
 *
 * @param exportStack - reads a checkpoint whose compression Node does not support
 * @param only - name of the only stack to read. @default - all stacks of the project
 * @returns one by one, sorted by name, without stacks that are removed meanwhile
 * @throws {Error} when the bucket cannot be read or has another layout
 */
export async function* readBucket(
  bucket: ReadableBucket,
  project: string,
  exportStack: ExportStack,
  only?: string,
): AsyncGenerator<StackRecord> {
  const files = await listStackFiles(bucket, project, only);
  yield* pMapIterable(
    files.sort(byName),
    async (each) => (await readRecord(bucket, each, exportStack)) ?? pMapSkip,
    { concurrency: STACKS_AT_ONCE },
  );
}

/** Returns the locks of a stack, without unreadable ones. */
export async function readLocksIn(
  bucket: ReadableBucket,
  project: string,
  stack: string,
): Promise<Lock[]> {
  const keys = await listLocks(bucket, project, stack);
  return [...(await readEach(keys, (key) => readLock(bucket, key))).values];
}

async function readRecord(
  bucket: ReadableBucket,
  files: StackFiles,
  exportStack: ExportStack,
): Promise<StackRecord | undefined> {
  const { stack } = files;
  const [states, tags, locks] = await Promise.all([
    readEach(files.checkpoints, (key) => readState(bucket, key, () => exportStack(stack))),
    readEach(files.tags, (key) => readTags(bucket, key)),
    readEach(files.locks, (key) => readLock(bucket, key)),
  ]);
  if (states.values.length + states.faults.length === 0) {
    return undefined;
  }
  const faults = [...states.faults, ...tags.faults, ...locks.faults];
  return {
    stack,
    ...(latest(states.values) ?? { hasResources: true, outputs: {} }),
    tags: tags.values[0] ?? {},
    updating: locks.values.length + locks.faults.length > 0,
    locks: locks.values,
    ...(faults.length > 0 ? { fault: faults.join("; ") } : {}),
  };
}

interface Readings<T> {
  readonly values: readonly T[];
  readonly faults: readonly string[];
}

/** Reads objects one by one. A fault in one does not affect the others; a deleted object is skipped. */
async function readEach<T>(
  keys: readonly string[],
  read: (key: string) => Promise<T | undefined>,
): Promise<Readings<T>> {
  const values: T[] = [];
  const faults: string[] = [];
  for (const key of keys) {
    try {
      const value = await read(key);
      values.push(...(value === undefined ? [] : [value]));
    } catch (error) {
      faults.push(`${key} cannot be read: ${reasonOf(error)}`);
    }
  }
  return { values, faults };
}

function latest(states: readonly StackState[]): StackState | undefined {
  const time = ({ lastUpdate }: StackState) => (lastUpdate ? Date.parse(lastUpdate) : 0);
  return states.toSorted((a, b) => time(b) - time(a))[0];
}

/** Detects the compression from the content, as Pulumi does, not from the name. */
async function readState(
  bucket: ReadableBucket,
  key: string,
  exported: () => Promise<string>,
): Promise<StackState | undefined> {
  const head = await bucket.read(key, HEAD_BYTES);
  if (head === undefined) {
    return undefined;
  }
  const state = parseCheckpointHead(plainHead(head));
  if (state !== undefined) {
    return state;
  }
  const whole = head.length < HEAD_BYTES ? head : await bucket.read(key);
  if (whole === undefined) {
    return undefined;
  }
  const text = plainText(whole);
  return text === undefined ? parseExport(await exported()) : parseCheckpoint(text);
}

/** Reads a stack's tags. @throws {Error} when the object has another format */
export async function readTags(
  bucket: ReadableBucket,
  key: string,
): Promise<Record<string, string> | undefined> {
  const bytes = await bucket.read(key);
  if (bytes === undefined) {
    return undefined;
  }
  const { version, tags } = parseObject(bytes.toString());
  if (version !== TAGS_VERSION || !isTextRecord(tags)) {
    throw new Error(`it is not a file of stack tags of version ${TAGS_VERSION}`);
  }
  return tags;
}

/** Returns the content of the object that stores these tags. */
export function tagsFile(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify({ version: TAGS_VERSION, tags });
}

/** Source: pkg/backend/diy/lock.go of Pulumi 3.259. */
async function readLock(bucket: ReadableBucket, key: string): Promise<Lock | undefined> {
  const bytes = await bucket.read(key);
  if (bytes === undefined) {
    return undefined;
  }
  const { username, hostname, pid, timestamp } = parseObject(bytes.toString());
  if (
    typeof username !== "string" ||
    typeof hostname !== "string" ||
    typeof pid !== "number" ||
    typeof timestamp !== "string"
  ) {
    throw new Error("it is not a lock file of Pulumi");
  }
  const id = key.slice(key.lastIndexOf("/") + 1, -".json".length);
  return { user: username, host: hostname, pid, since: timestamp, id };
}
