import { openBucket, type StateSource } from "./read-stacks";
import { lockPrefix, stackPrefix } from "./stack-files";

/** Of a file on its way, and of its attributes, which are written just before it takes the place of the one before. */
const UNFINISHED = /\.[0-9a-f]+\.tmp$/;
const ATTRIBUTES = /\.attrs$/;

/**
 * Keys of what Pulumi has half written of a stack: it is being written right now, or who wrote it was killed, or found the
 * disk full. Pulumi reads no file whose attributes are empty, although the file itself is whole: it is the one before. And
 * it takes half a lock for a lock that it cannot read.
 *
 * @see https://github.com/google/go-cloud/blob/v0.37.0/blob/fileblob/fileblob.go (writer.Close)
 */
export async function findHalfWritten(
  { url, project }: StateSource,
  stack: string,
): Promise<readonly string[]> {
  // A bucket has an object as a whole or not at all.
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

/** Removes what nobody will write to its end. */
export async function removeHalfWritten(
  { url }: StateSource,
  keys: readonly string[],
): Promise<void> {
  const bucket = await openBucket(url);
  for (const key of keys) {
    await bucket?.remove(key);
  }
}
