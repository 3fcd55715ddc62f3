import type { StackRecord } from "./record";
import type { TagChanges } from "./stack-tags";

/** Longest tag that Pulumi Cloud accepts. Source: pkg/util/validation/stack.go of Pulumi 3.259. */
const TAG_LENGTH = 256;

/** Returns the words of a list in the tags `<list>1`, `<list>2`, ... */
export function wordsIn(tags: StackRecord["tags"], list: string): string[] {
  return namesIn(tags, list).flatMap((name) => (tags[name] ?? "").split(" "));
}

/** Returns the tags that contain these words, as many in each as fit. */
function wordTags(list: string, words: readonly string[]): Record<string, string> {
  const values: string[] = [];
  for (const word of words) {
    const extended = `${values.at(-1) ?? ""} ${word}`;
    if (values.length > 0 && extended.length <= TAG_LENGTH) {
      values[values.length - 1] = extended;
    } else {
      values.push(word);
    }
  }
  return Object.fromEntries(values.map((value, index) => [`${list}${index + 1}`, value]));
}

/** Returns the changes after which the list contains exactly these words. */
export function wordChanges(
  tags: StackRecord["tags"],
  list: string,
  words: readonly string[],
): TagChanges {
  const removed = Object.fromEntries(namesIn(tags, list).map((name) => [name, null]));
  return { ...removed, ...wordTags(list, words) };
}

function namesIn(tags: StackRecord["tags"], list: string): string[] {
  return Object.keys(tags).filter((name) => new RegExp(`^${list}\\d+$`).test(name));
}
