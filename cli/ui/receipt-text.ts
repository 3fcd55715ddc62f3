import { formatUsd } from "../../lib/prices";
import type { DownData } from "../actions/down";
import { KINDS } from "../services/receipt";
import type { Paint } from "../terminal";
import { pairs } from "./table";

/** The teardown receipt: what the account holds of an environment that was taken down. */
export function receiptText({ stack, gone, left, costSoFarUsd }: DownData, paint: Paint): string {
  const title = gone
    ? `${paint.bold(stack)} is gone; DigitalOcean holds of it`
    : `${paint.bold(stack)}: DigitalOcean ${paint.red("still holds")}`;
  const rows = KINDS.map((kind): [string, string] => {
    const things = left.filter((thing) => thing.kind === kind);
    return [kind, [String(things.length), ...things.map(({ name }) => name)].join("  ")];
  });
  const cost =
    costSoFarUsd === undefined ? "" : `\n  It has cost ${formatUsd(costSoFarUsd)} or so.\n`;
  const removals = left.map(({ removal }) => `  ${removal}\n`).join("");
  const rest = gone
    ? cost
    : `\nThe stack is kept. Run \`doks-env down ${stack}\` again, or remove what is left:\n\n${removals}`;
  return `\n${title}\n\n${pairs(rows, paint)}${rest}`;
}
