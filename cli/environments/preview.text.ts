import { describePrice, formatUsd } from "../../core/money/prices";
import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import type { PreviewData, ResourceChange } from "./preview.data";

const MARKS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
};

/** The changes that `up` would make, and the price. */
export function previewText(data: PreviewData, paint: Paint): string {
  const { stack, isNew, changes, unchanged, workloads, warnings } = data;
  const would = isNew ? "be brought up" : changes.length === 0 ? "stay as it is" : "change";
  const sections = [
    paint.bold(`${stack} would ${would}`),
    ...(changes.length === 0
      ? []
      : [
          table(
            ["", "resource", "name"],
            changes.map((change) => row(change, paint)),
            paint,
          ).trimEnd(),
        ]),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
    ...(workloads === undefined
      ? []
      : [
          `${paint.bold("in its cluster, rendered by kustomize")}\n\n${table(
            ["kind", "name", "images"],
            workloads.map(({ kind, name, images }) => [kind, name, images.join(", ")]),
            paint,
          ).trimEnd()}`,
        ]),
    ...warnings.map((warning) => `${paint.yellow("!")} ${warning}`),
    priceText(data.pricePerHourUsd),
  ];
  return `${sections.join("\n\n")}\n`;
}

function row({ operation, type, name }: ResourceChange, paint: Paint): string[] {
  const mark = MARKS[operation] ?? operation;
  const painted =
    mark === "+" ? paint.green(mark) : mark === "-" ? paint.red(mark) : paint.yellow(mark);
  return [painted, type, name];
}

function priceText({ before, after }: PreviewData["pricePerHourUsd"]): string {
  if (before === after) {
    return `price: ${describePrice(after)}, unchanged`;
  }
  const change = `${after > before ? "+" : "-"}${formatUsd(Math.abs(after - before), 4)}`;
  return before === 0
    ? `price: ${describePrice(after)}`
    : `price: ${describePrice(after)} (${change} an hour; ${formatUsd(before, 4)} now)`;
}
