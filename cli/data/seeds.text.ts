import { formatUsd } from "../../core/money/prices";
import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { age } from "../terminal/times";
import type { SeedsData } from "./seeds.data";

const HEADINGS = ["seed", "age", "region", "GiB", "$/month", "claims"];

const KEPT_HEADINGS = ["kept data of", "claim", "as", "name", "GiB", "$/month"];

export function seedsText({ seeds, kept }: SeedsData, now: Date, paint: Paint): string {
  return [seedTable(seeds, now, paint), keptTable(kept, paint)]
    .filter((part) => part !== "")
    .join("\n");
}

function keptTable(kept: SeedsData["kept"], paint: Paint): string {
  const rows = kept.map(({ stack, claim, kind, name, giB, usdPerMonth }) => [
    stack,
    claim,
    kind,
    name,
    giB.toFixed(2),
    formatUsd(usdPerMonth),
  ]);
  return rows.length === 0 ? "" : table(KEPT_HEADINGS, rows, paint);
}

function seedTable(seeds: SeedsData["seeds"], now: Date, paint: Paint): string {
  if (seeds.length === 0) {
    return "no seeds; `doks-env data save <stack> --as <seed>` creates one\n";
  }
  const rows = seeds.map(({ name, createdAt, region, giB, usdPerMonth, claims, complete }) => [
    complete ? name : `${name} ${paint.yellow("(incomplete)")}`,
    age(createdAt, now),
    region,
    giB.toFixed(2),
    formatUsd(usdPerMonth),
    claims.join(", "),
  ]);
  return table(HEADINGS, rows, paint);
}
