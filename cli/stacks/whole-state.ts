import type { ReadableBucket } from "./bucket";
import { plainText } from "./compression";
import { isObject, parseObject } from "./json";
import { openBucket, type StateSource } from "./read-stacks";
import { listStackFiles } from "./stack-files";

export interface ResourceInState {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  /** URN and id of the provider that it was made with. */
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** It was replaced, and is still to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A stack's state, as far as it is read. */
export interface WholeState {
  readonly resources: readonly ResourceInState[];
  /** Operations that pulumi had begun when it was ended. It keeps them, and warns of them at every update. */
  readonly pending: readonly ResourceInState[];
}

/**
 * Reads the state of a stack: from the backend's file where that is possible, which takes no process.
 *
 * @throws {Error} when the state cannot be read
 */
export async function wholeStateOf(source: StateSource, stack: string): Promise<WholeState> {
  const bucket = await openBucket(source.url);
  const text = bucket && (await checkpointIn(bucket, source.project, stack));
  const deployment =
    text === undefined
      ? parseObject(await source.run(["stack", "export", "--stack", stack])).deployment
      : (parseObject(text).checkpoint as { readonly latest?: unknown } | undefined)?.latest;
  const { resources, pending_operations: pending } = isObject(deployment) ? deployment : {};
  return {
    resources: Array.isArray(resources) ? (resources as ResourceInState[]) : [],
    pending: Array.isArray(pending)
      ? (pending as { resource: ResourceInState }[]).map(({ resource }) => resource)
      : [],
  };
}

/** @returns undefined where pulumi alone can tell: there are two files, or it is compressed with what Node cannot undo */
async function checkpointIn(
  bucket: ReadableBucket,
  project: string,
  stack: string,
): Promise<string | undefined> {
  const [files] = await listStackFiles(bucket, project, stack);
  const [key, another] = files?.checkpoints ?? [];
  const bytes = key === undefined || another !== undefined ? undefined : await bucket.read(key);
  return bytes && plainText(bytes);
}
