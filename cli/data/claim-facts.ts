import type { KeepFacts } from "../../core/data/keep";
import type { ListedSnapshot, ListedVolume } from "../../core/data/kept-claim";
import { faultList, UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { ClusterObject } from "../shared-clusters/cluster-objects";
import { unfinishedTeardown } from "../stacks/awake";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { claimsIn, podsIn, volumesIn } from "./cluster-claims";
import { type OpenHome, openHome } from "./home";

/** Facts about an environment's claims, from the cluster and the account. */
export interface ClaimFacts extends Omit<KeepFacts, "settings" | "kept" | "isOwn"> {
  readonly home: OpenHome;
  /** All of the account's. */
  readonly snapshots: readonly ListedSnapshot[];
  /** Those, and all of the account's volumes. */
  readonly keepers: readonly (ListedSnapshot | ListedVolume)[];
}

/**
 * @returns undefined when the environment has no cluster or namespace, when that no longer exists, and when an unfinished sleep
 * is deleting it
 * @throws {UserError} when another teardown is deleting the namespace, and with it one claim after the other
 */
export async function readClaims(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<ClaimFacts | undefined> {
  const home = await openHome(context, account, record);
  if (home === undefined) {
    return undefined;
  }
  const { objects } = home;
  const place = await objects.find<ClusterObject>(`/api/v1/namespaces/${home.namespace}`);
  const deletedAt = place?.metadata.deletionTimestamp;
  if (deletedAt !== undefined && record.tags.asleep === undefined) {
    throw unfinishedTeardown(record.stack, deletedAt);
  }
  if (deletedAt !== undefined || (place === undefined && !home.isOwn)) {
    return undefined;
  }
  const [claims, volumes, pods, accountVolumes, snapshots] = await Promise.all([
    claimsIn(objects, home.isOwn ? undefined : home.namespace),
    volumesIn(objects),
    podsIn(objects, home.namespace),
    account.volumes(),
    account.volumeSnapshots(),
  ]);
  return {
    stack: record.stack,
    namespace: home.namespace,
    home,
    claims,
    volumes,
    pods,
    snapshots,
    keepers: [...snapshots, ...accountVolumes],
    account: accountVolumes.map(({ id, name, droplet_ids: droplets }) => ({
      id,
      name,
      isAttached: droplets.length > 0,
      snapshots: snapshots.filter((snapshot) => snapshot.resource_id === id).length,
    })),
  };
}

/** Returns one error for all faults. Nothing has been changed by then. */
export function faultsError(what: string, faults: readonly UserError[]): UserError {
  return new UserError(
    `${what}:${faultList(faults)}`,
    "nothing was changed; fix it and run the same command again",
  );
}
