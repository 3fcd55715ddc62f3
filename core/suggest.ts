import { distance } from "fastest-levenshtein";

/** The nearest known word to a mistyped one, or undefined when none is within two edits. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({
      candidate,
      edits: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= 2 ? best.candidate : undefined;
}
