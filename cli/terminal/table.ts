import stringWidth from "string-width";
import type { Paint } from "./terminal";

const GAP = "  ";

/** Rows under headings in capitals, without lines between cells: `awk` can cut the table, as it can kubectl's. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  return aligned([headings.map((heading) => paint.dim(heading.toUpperCase())), ...rows]);
}

/** Pairs of a name and a value, aligned. */
export function pairs(rows: readonly (readonly [string, string])[], paint: Paint): string {
  return aligned(rows.map(([name, value]) => [`  ${paint.dim(name)}`, value]));
}

/** Pads each column to its widest cell. A cell of several lines stays in its column. */
function aligned(rows: readonly (readonly string[])[]): string {
  const lines = rows.flatMap(linesOf);
  const widths: number[] = [];
  for (const line of lines) {
    for (const [column, text] of line.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, stringWidth(text));
    }
  }
  const padded = (text: string, column: number) =>
    text + " ".repeat((widths[column] ?? 0) - stringWidth(text));
  return lines.map((line) => `${line.map(padded).join(GAP).trimEnd()}\n`).join("");
}

function linesOf(row: readonly string[]): string[][] {
  const cells = row.map((cell) => cell.split("\n"));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ""));
}
