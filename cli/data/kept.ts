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

/**
 * Reads what is kept of the data of environments, in their order. The account is asked once, and only when one of them has kept
 * data; that it cannot be asked is an answer, too.
 */
export async function keptOfEach(
  context: Context,
  records: readonly Pick<StackRecord, "tags">[],
): Promise<KeptData[]> {
  const isKept = records.some(({ tags }) => tags.data !== undefined);
  const keepers = isKept ? await keepersOf(context) : [];
  return records.map(({ tags: { data } }) =>
    data === undefined
      ? []
      : "unknown" in keepers
        ? keepers
        : billedIn(keepers, data).map(keptItemOf),
  );
}

async function keepersOf({
  env,
  say,
  signal,
}: Context): Promise<readonly (ListedSnapshot | ListedVolume)[] | { readonly unknown: string }> {
  // Only here, because most lists of environments ask no account, and loading it takes 0.2 s.
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

/** @returns a line for each, with its price */
export function keptLines(items: readonly KeptItem[]): string {
  return items
    .map(
      ({ claim, kind, name, giB, usdPerMonth }) =>
        `  ${claim}: ${kind} ${name}, ${giB} GiB, ${formatUsd(usdPerMonth)} a month\n`,
    )
    .join("");
}
