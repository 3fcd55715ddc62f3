import { openBucket, type StateSource } from "./read-stacks";
import { stackPrefix } from "./stack-files";

/** Of a file on its way, and of its attributes, which are written just before it takes the place of the one before. */
const UNFINISHED = /\.[0-9a-f]+\.tmp$/;
const ATTRIBUTES = /\.attrs$/;

/**
 * Removes what a process that was killed has half written of a stack. Pulumi reads no file whose attributes are empty,
 * although the file itself is whole: it is the one before.
 *
 * @see https://github.com/google/go-cloud/blob/v0.37.0/blob/fileblob/fileblob.go (writer.Close)
 */
export async function removeHalfWritten(
  { url, project }: StateSource,
  stack: string,
): Promise<void> {
  const bucket = await openBucket(url);
  for (const key of (await bucket?.list(stackPrefix(project, stack))) ?? []) {
    const isEmpty = ATTRIBUTES.test(key) && (await bucket?.read(key, 1))?.length === 0;
    if (UNFINISHED.test(key) || isEmpty) {
      await bucket?.remove(key);
    }
  }
}
