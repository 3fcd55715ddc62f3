import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors";
import type { Bucket } from "./bucket";
import { readBucket, readLocksIn } from "./bucket-stacks";
import { type RunPulumi, readByCommand } from "./command-stacks";
import { openFolder } from "./file-bucket";
import { reasonOf } from "./reason";
import type { Lock, StackRecord } from "./record";
import { openS3 } from "./s3-bucket";
import { parseS3Url } from "./s3-url";

export interface StateSource {
  /** The result of `backendUrl`. */
  readonly url: string;
  readonly project: string;
  /** For backends other than files and S3, which are read without pulumi. */
  readonly run: RunPulumi;
}

/**
 * Reads the records of all stacks of the project, one by one, so that the caller need not hold all of them in memory.
 *
 * @returns sorted by name, including unreadable stacks with their `fault`
 * @throws {UserError} when the backend cannot be read
 */
export function readStacks(source: StateSource): AsyncGenerator<StackRecord> {
  return read(source);
}

/**
 * Reads the record of one stack.
 *
 * @returns `undefined` when there is no such stack
 * @throws {UserError} when the backend cannot be read
 */
export async function readStack(
  source: StateSource,
  name: string,
): Promise<StackRecord | undefined> {
  for await (const record of read(source, name)) {
    return record;
  }
  return undefined;
}

/**
 * Reads the locks of a stack.
 *
 * @returns an empty list, too, if the backend does not show locks
 * @throws {Error} when the backend cannot be read
 */
export async function readLocks({ url, project }: StateSource, stack: string): Promise<Lock[]> {
  const bucket = await openBucket(url);
  return bucket === undefined ? [] : readLocksIn(bucket, project, stack);
}

/** A generator does not catch errors of its consumer, so only errors of the backend are translated. */
async function* read(
  { url, project, run }: StateSource,
  only?: string,
): AsyncGenerator<StackRecord> {
  const exportStack = (stack: string) => run(["stack", "export", "--stack", stack]);
  try {
    const bucket = await openBucket(url);
    yield* bucket === undefined
      ? readByCommand(run, only)
      : readBucket(bucket, project, exportStack, only);
  } catch (cause) {
    throw new UserError(
      `Pulumi's backend ${withoutPassword(url)} cannot be read: ${reasonOf(cause)}`,
      cause instanceof UserError ? cause.fix : fixFor(url),
      { cause },
    );
  }
}

/** @returns `undefined` for a backend that only pulumi can read */
export async function openBucket(url: string): Promise<Bucket | undefined> {
  if (url.startsWith("file://")) {
    return openFolder(fileURLToPath(url));
  }
  const location = url.startsWith("s3://") ? parseS3Url(url, process.env) : undefined;
  return location && openS3(location);
}

/** Removes the password, which the URL of a postgres backend contains. */
function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/]*@/, "//");
}

function fixFor(url: string): string {
  if (url.startsWith("file://")) {
    return "create that folder, or set the right one: export PULUMI_BACKEND_URL=file://<folder>";
  }
  return url.startsWith("s3://")
    ? "check the bucket, endpoint and region in that URL, and the credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    : "pulumi login   # `pulumi stack ls` must work";
}
