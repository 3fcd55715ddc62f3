import {
  type BilledData,
  billedIn,
  type ListedSnapshot,
  type ListedVolume,
  usdPerMonthOf,
} from "../../core/data/kept-claim";
import { describeError } from "../../core/errors";
import { formatUsd } from "../../core/money/prices";
import type * as account from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { keepersIn } from "./account-kept";
import type { KeptData, KeptItem } from "./kept.data";
import { missingCopies } from "./missing-copies";

/**
 * Reads the kept data of environments, in their order. Reads the account once, and only if one of them has kept data. A
 * failure to read it is a result, not an error.
 */
export async function keptOfEach(
  context: Context,
  records: readonly Pick<StackRecord, "tags" | "hasResources">[],
): Promise<KeptData[]> {
  const isKept = records.some(({ tags }) => tags.data !== undefined);
  const keepers = isKept ? await keepersOf(context) : [];
  return records.map((record) => {
    const { data } = record.tags;
    if (data === undefined) {
      return [];
    }
    return "unknown" in keepers ? keepers : keptItemsOf(record, billedIn(keepers, data));
  });
}

/** Returns the billed items and the missing copies. While the environment is not fully asleep, its cluster has the rest. */
function keptItemsOf(
  record: Pick<StackRecord, "tags" | "hasResources">,
  billed: readonly BilledData[],
): KeptItem[] {
  const kept = billed.filter(({ kind }) => kind !== "copy");
  const missing = record.hasResources ? [] : missingCopies(record, kept);
  return [
    ...billed.map(keptItemOf),
    ...missing.map((claim) => ({
      claim,
      kind: "missing" as const,
      name: "",
      giB: 0,
      usdPerMonth: 0,
    })),
  ];
}

async function keepersOf({
  env,
  say,
  signal,
}: Context): Promise<readonly (ListedSnapshot | ListedVolume)[] | { readonly unknown: string }> {
  // Loaded only here, because it takes 0.2 s and most lists of environments do not read the account.
  const { DigitalOcean, requireAccess } = require("../account/digitalocean") as typeof account;
  try {
    return await keepersIn(new DigitalOcean(requireAccess(env), { say, signal }));
  } catch (error) {
    return { unknown: describeError(error) };
  }
}

export function keptItemOf(kept: BilledData): KeptItem {
  const { claim, kind, name, billedGiB } = kept;
  return { claim, kind, name, giB: billedGiB, usdPerMonth: usdPerMonthOf(kept) };
}

export function totalUsdPerMonth(items: readonly Pick<KeptItem, "usdPerMonth">[]): number {
  return items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}

/** @returns a line for each item, with its price */
export function keptLines(items: readonly KeptItem[]): string {
  return items
    .map(({ claim, kind, name, giB, usdPerMonth }) =>
      kind === "missing"
        ? `  ${claim}: missing; the last sleep kept its data, but the copy has been deleted since\n`
        : `  ${claim}: ${kind} ${name}, ${giB} GiB, ${formatUsd(usdPerMonth)} a month\n`,
    )
    .join("");
}
