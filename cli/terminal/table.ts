import Table from "cli-table3";
import type { Paint } from "./terminal";

/** No lines between cells: a table that can be cut with `awk`, as kubectl's. */
const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Rows under headings in capitals. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  return lines([headings.map((heading) => paint.dim(heading.toUpperCase())), ...rows]);
}

/** Pairs of a name and what it says, aligned; a value of several lines stays in its column. */
export function pairs(rows: readonly (readonly [string, string])[], paint: Paint): string {
  return lines(rows.map(([name, value]) => [`  ${paint.dim(name)}`, value]));
}

function lines(rows: readonly (readonly string[])[]): string {
  const cells = new Table({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  cells.push(...rows.map((row) => [...row]));
  return `${cells
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}
