import {
  type BilledData,
  billedIn,
  type KeptClaim,
  keptClaimsIn,
  type ListedSnapshot,
  type ListedVolume,
} from "../../core/data/kept-claim";
import type { DigitalOcean } from "../account/digitalocean";

/** The account's resources that can keep a claim's data: all volume snapshots and all volumes. */
export async function keepersIn(
  account: DigitalOcean,
): Promise<readonly (ListedSnapshot | ListedVolume)[]> {
  const [snapshots, volumes] = await Promise.all([account.volumeSnapshots(), account.volumes()]);
  return [...snapshots, ...volumes];
}

export function accountKind({ kind }: Pick<KeptClaim, "kind">): "volume" | "volume snapshot" {
  return kind === "volume" ? "volume" : "volume snapshot";
}

/** Deletes keepers one by one, in the given order. */
export async function deleteKept(
  account: DigitalOcean,
  kept: readonly Pick<KeptClaim, "kind" | "id">[],
): Promise<void> {
  for (const one of kept) {
    await account.deleteThing(accountKind(one), one.id);
  }
}

/** @param dataId - of the environment. @default - it has never slept and did not start with a seed */
export async function billedOf(
  account: DigitalOcean,
  dataId: string | undefined,
): Promise<readonly BilledData[]> {
  return dataId === undefined ? [] : billedIn(await keepersIn(account), dataId);
}

/** @param dataId - of the environment. @default - it has never slept */
export async function keptIn(
  account: DigitalOcean,
  dataId: string | undefined,
): Promise<readonly KeptClaim[]> {
  return dataId === undefined ? [] : keptClaimsIn(await keepersIn(account), dataId);
}
