import { keptLines } from "../data/kept";
import { costText, holdersOf, holdings, stillThere, unknownText } from "../environments/down.text";
import type { Paint } from "../terminal/terminal";
import type { SleepData } from "./sleep.data";

/** The receipt of a sleep: the resources that the account still has, and how to wake the environment. */
export function sleepText(data: SleepData, paint: Paint): string {
  const { stack, left, costSoFarUsd, pins } = data;
  const count = Object.keys(pins).length;
  return left.length === 0
    ? `\n${paint.bold(stack)} sleeps; ${holdersOf(data).join(" still ")}\n\n${holdings(data, paint)}${unknownText(data)}${keptText(data)}${costText(costSoFarUsd)}\n` +
        `  \`doks-env wake ${stack}\` brings it back${count === 0 ? "" : `, with the same bytes of ${count} image${count === 1 ? "" : "s"}`}.\n`
    : stillThere(stack, data, "sleep", paint);
}

function keptText({ kept }: SleepData): string {
  return kept.length === 0 ? "" : `\nKept data:\n\n${keptLines(kept)}`;
}

/** Warnings about images that a wake pulls by tag: one for each reason, because one fault often concerns all images. */
export function unpinnedWarnings(unpinned: readonly string[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const entry of unpinned) {
    const [image = "", ...reason] = entry.split(": ");
    byReason.set(reason.join(": "), [...(byReason.get(reason.join(": ")) ?? []), image]);
  }
  return [...byReason].map(([reason, images]) => {
    const what = images.length === 1 ? `${images[0]} by tag` : `${images.length} images by tag`;
    return `wake will pull ${what}: ${reason}`;
  });
}
