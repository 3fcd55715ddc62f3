import {
  type KeptSnapshot,
  keptSnapshotsIn,
  type ListedSnapshot,
  snapshotUsdPerMonth,
} from "../../core/data/kept-snapshot";
import { describeError } from "../../core/errors";
import { formatUsd } from "../../core/money/prices";
import { DigitalOcean, requireAccess } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import type { KeptData, KeptItem } from "./kept.data";

/**
 * What is kept of the data of environments, in their order. The account is asked once, and only when one of them has kept
 * data; that it cannot be asked is an answer, too.
 */
export async function keptOfEach(
  context: Context,
  records: readonly Pick<StackRecord, "tags">[],
): Promise<KeptData[]> {
  const isKept = records.some(({ tags }) => tags.data !== undefined);
  const snapshots = isKept ? await snapshotsOf(context) : [];
  return records.map(({ tags: { data } }) =>
    data === undefined
      ? []
      : "unknown" in snapshots
        ? snapshots
        : keptSnapshotsIn(snapshots, data).map(keptItemOf),
  );
}

async function snapshotsOf({
  env,
  say,
  signal,
}: Context): Promise<readonly ListedSnapshot[] | { readonly unknown: string }> {
  try {
    return await new DigitalOcean(requireAccess(env), { say, signal }).volumeSnapshots();
  } catch (error) {
    return { unknown: describeError(error) };
  }
}

export function keptItemOf({ claim, name, billedGiB }: KeptSnapshot): KeptItem {
  return { claim, snapshot: name, giB: billedGiB, usdPerMonth: snapshotUsdPerMonth(billedGiB) };
}

export function usdPerMonthOf(items: readonly Pick<KeptItem, "usdPerMonth">[]): number {
  return items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
}

/** @returns a line for each, with its price */
export function keptLines(items: readonly KeptItem[]): string {
  return items
    .map(
      ({ claim, snapshot, giB, usdPerMonth }) =>
        `  ${claim}: ${snapshot}, ${giB} GiB, ${formatUsd(usdPerMonth)} a month\n`,
    )
    .join("");
}
