import { setTimeout as sleep } from "node:timers/promises";
import { idTag } from "../../core/digitalocean-tags";
import { UserError } from "../../core/errors";
import { clusterNameOf } from "../../core/names";
import { ownershipOf } from "../../core/ownership";
import { accountErrors } from "../../core/rules/account";
import { clusterNameErrors } from "../../core/rules/cluster-name";
import type { Settings } from "../../core/settings";
import type { DigitalOcean } from "../account/digitalocean";
import { type OwnedInState, ownedInState, recordedAccount } from "../stacks/owned-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { type LeftRecord, leftRecords } from "./left-record";
import type { FoundCluster } from "./receipt";

/** Time limit for DigitalOcean to remove a node pool with its Droplets. */
const REMOVAL_DEADLINE_MS = 10 * 60_000;
const REMOVAL_POLL_MS = 2_000;

interface FoundPool extends FoundCluster {
  readonly clusterId: string;
}

/** Resources that a killed update left. */
export interface Strays {
  /** Clusters with the environment's id that are not in its state; their name is taken. */
  readonly clusters: readonly FoundCluster[];
  readonly pools: readonly FoundPool[];
  /** Records that the update adopts. @default - none */
  readonly records?: readonly Pick<LeftRecord, "urn" | "id" | "host">[];
  /** Whether the state has pending operations, whose result pulumi does not know. */
  readonly hasPending: boolean;
}

/** Faults of ownership, and resources that a killed update left. */
export interface OwnershipCheck {
  readonly faults: readonly UserError[];
  readonly strays: Strays;
}

const HAS_CLUSTER: readonly Settings["placement"][] = ["cluster", "host"];

export const NOTHING_FOUND: OwnershipCheck = {
  faults: [],
  strays: { clusters: [], pools: [], hasPending: false },
};

/** Checks that the token is for the environment's account and the cluster's name is free, and finds what a killed update left. */
export async function checkOwnership(
  context: Context,
  account: DigitalOcean,
  stack: string,
  { placement, region }: Pick<Settings, "placement" | "region">,
  record: StackRecord | undefined,
): Promise<OwnershipCheck> {
  const owned: OwnedInState =
    record === undefined
      ? { clusterIds: [], poolIds: [] }
      : await ownedInState(sourceOf(context), record);
  const [current, clusters] = await Promise.all([account.identity(), account.clusters()]);
  const recorded = record && recordedAccount(record, owned);
  const missing = owned.clusterIds.filter((id) => clusters.every((cluster) => cluster.id !== id));
  const faults = accountErrors({ stack, recorded, current, missing });
  if (faults.length > 0) {
    return { ...NOTHING_FOUND, faults };
  }
  const claim = { project: context.project.name, stack, ...owned };
  const { inState, strays } = ownershipOf(claim, clusters);
  const name = clusterNameOf(stack, region, owned.firstRegion ?? region);
  const others = clusters.filter((cluster) => !strays.includes(cluster));
  const records = await leftRecords(account, owned);
  return {
    faults: HAS_CLUSTER.includes(placement)
      ? clusterNameErrors({ name, stack, ...owned }, others)
      : [],
    strays: {
      clusters: strays.map((cluster) => ({ id: cluster.id, name: cluster.name })),
      pools: inState.flatMap(({ id: clusterId, node_pools: pools }) =>
        pools
          .filter(
            ({ id, tags }) =>
              owned.id !== undefined &&
              tags.includes(idTag(owned.id)) &&
              !owned.poolIds.includes(id),
          )
          .map(({ id, name: pool }) => ({ clusterId, id, name: pool })),
      ),
      ...(records.length === 0 ? {} : { records }),
      hasPending: owned.hasPending ?? false,
    },
  };
}

/**
 * Removes the resources that a killed update left, and waits until they are gone.
 *
 * @throws {UserError} after the time limit
 * @throws an Error when the context's signal is aborted
 */
export async function removeStrays(
  { say, signal }: Context,
  account: DigitalOcean,
  { clusters, pools }: Pick<Strays, "clusters" | "pools">,
): Promise<void> {
  for (const { id, name } of clusters) {
    say(`deleting cluster ${name} (${id}), which a killed update left`);
    await account.deleteCluster(id);
    await untilGone(`cluster ${id}`, signal, async () => account.cluster(id));
  }
  for (const { clusterId, id, name } of pools) {
    say(`deleting node pool ${name} (${id}), which a killed update left`);
    await account.deleteNodePool(clusterId, id);
    await untilGone(`node pool ${id}`, signal, async () =>
      (await account.cluster(clusterId))?.node_pools.find((pool) => pool.id === id),
    );
  }
}

async function untilGone(
  what: string,
  signal: AbortSignal,
  look: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + REMOVAL_DEADLINE_MS;
  while ((await look()) !== undefined) {
    if (Date.now() > deadline) {
      throw new UserError(
        `DigitalOcean has not removed ${what} within 10 minutes`,
        "run the same command again",
      );
    }
    await sleep(REMOVAL_POLL_MS, undefined, { signal });
  }
}
