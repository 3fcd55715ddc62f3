import { formatUsd } from "../../lib/prices";
import type { DownData } from "../actions/down";
import type { SleepData } from "../actions/sleep";
import { KINDS, type Leftover } from "../services/receipt";
import type { Paint } from "../terminal";
import { pairs } from "./table";

/** The receipt of a sleep: the same, and how to wake it. */
export function sleepText({ stack, left, costSoFarUsd, pins }: SleepData, paint: Paint): string {
  const count = Object.keys(pins).length;
  return left.length === 0
    ? `\n${paint.bold(stack)} sleeps; DigitalOcean holds of it\n\n${holdings(left, paint)}${costText(costSoFarUsd)}\n` +
        `  \`doks-env wake ${stack}\` brings it back, with the same bytes of ${count} image${count === 1 ? "" : "s"}.\n`
    : stillThere(stack, left, "sleep", paint);
}

/** The teardown receipt: what the account holds of an environment that was taken down. */
export function receiptText({ stack, gone, left, costSoFarUsd }: DownData, paint: Paint): string {
  return gone
    ? `\n${paint.bold(stack)} is gone; DigitalOcean holds of it\n\n${holdings(left, paint)}${costText(costSoFarUsd)}`
    : stillThere(stack, left, "down", paint);
}

function stillThere(
  stack: string,
  left: readonly Leftover[],
  command: string,
  paint: Paint,
): string {
  const title = `${paint.bold(stack)}: DigitalOcean ${paint.red("still holds")}`;
  const removals = left.map(({ removal }) => `  ${removal}\n`).join("");
  return (
    `\n${title}\n\n${holdings(left, paint)}` +
    `\nThe stack is kept. Run \`doks-env ${command} ${stack}\` again, or remove what is left:\n\n${removals}`
  );
}

function holdings(left: readonly Leftover[], paint: Paint): string {
  const rows = KINDS.map((kind): [string, string] => {
    const things = left.filter((thing) => thing.kind === kind);
    return [kind, [String(things.length), ...things.map(({ name }) => name)].join("  ")];
  });
  return pairs(rows, paint);
}

function costText(usd: number | undefined): string {
  return usd === undefined ? "" : `\n  It has cost ${formatUsd(usd)} or so.\n`;
}
