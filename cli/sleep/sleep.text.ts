import { costText, holdersOf, holdings, stillThere, unknownText } from "../environments/down.text";
import type { Paint } from "../terminal/terminal";
import type { SleepData } from "./sleep.data";

/** The receipt of a sleep: the same, and how to wake it. */
export function sleepText(data: SleepData, paint: Paint): string {
  const { stack, left, costSoFarUsd, pins } = data;
  const count = Object.keys(pins).length;
  return left.length === 0
    ? `\n${paint.bold(stack)} sleeps; ${holdersOf(data).join(" ")} of it\n\n${holdings(data, paint)}${unknownText(data)}${costText(costSoFarUsd)}\n` +
        `  \`doks-env wake ${stack}\` brings it back, with the same bytes of ${count} image${count === 1 ? "" : "s"}.\n`
    : stillThere(stack, data, "sleep", paint);
}
