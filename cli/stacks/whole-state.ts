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
  /** URN and id of its provider. */
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Whether it was replaced and is still to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The parts of a stack's state that are used here. */
export interface WholeState {
  readonly resources: readonly ResourceInState[];
  /** Operations that a killed pulumi had begun. Pulumi warns about them at every update. */
  readonly pending: readonly ResourceInState[];
}

/**
 * Reads the state of a stack, if possible from the backend's file, which takes no process.
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

/** @returns undefined if only pulumi can read it: there are two files, or Node does not support the compression */
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
