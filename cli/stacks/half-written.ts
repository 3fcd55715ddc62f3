import { openBucket, type StateSource } from "./read-stacks";
import { lockPrefix, stackPrefix } from "./stack-files";

/** Suffixes of an unfinished file and of its attributes, which Pulumi writes just before it renames the file. */
const UNFINISHED = /\.[0-9a-f]+\.tmp$/;
const ATTRIBUTES = /\.attrs$/;

/**
 * Returns the keys of half-written files of a stack: a write is under way, was killed, or filled the disk. Pulumi cannot
 * read a file with empty attributes, although the file itself is still the complete previous one. It treats half a lock as
 * an unreadable lock.
 *
 * @see https://github.com/google/go-cloud/blob/v0.37.0/blob/fileblob/fileblob.go (writer.Close)
 */
export async function findHalfWritten(
  { url, project }: StateSource,
  stack: string,
): Promise<readonly string[]> {
  // A bucket never has half an object.
  const bucket = url.startsWith("file://") ? await openBucket(url) : undefined;
  if (bucket === undefined) {
    return [];
  }
  const prefixes = [stackPrefix(project, stack), lockPrefix(project, stack)];
  const found: string[] = [];
  for (const key of (await Promise.all(prefixes.map((each) => bucket.list(each)))).flat()) {
    const isEmpty = ATTRIBUTES.test(key) && (await bucket.read(key, 1))?.length === 0;
    if (UNFINISHED.test(key) || isEmpty) {
      found.push(key);
    }
  }
  return found;
}

/** Removes half-written files whose writer has ended. */
export async function removeHalfWritten(
  { url }: StateSource,
  keys: readonly string[],
): Promise<void> {
  const bucket = await openBucket(url);
  for (const key of keys) {
    await bucket?.remove(key);
  }
}
