import { physicalName } from "../../core/names";
import type { DigitalOcean } from "../account/digitalocean";
import { ClusterObjects } from "../shared-clusters/cluster-objects";
import { placementInState } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";

/** The place of an environment's claims. */
export interface Home {
  readonly clusterId: string;
  readonly namespace: string;
  /** Whether the cluster is deleted with the environment. */
  readonly isOwn: boolean;
}

/** The same place, with its objects. */
export interface OpenHome extends Home {
  readonly objects: ClusterObjects;
}

/**
 * Finds the place of an environment's claims in its outputs or, before the first successful update, in its state.
 *
 * @param record - @default - the stack does not exist
 * @returns undefined before it has a place, for the stack of a shared cluster, and when the cluster no longer exists
 */
export async function openHome(
  context: Context,
  account: DigitalOcean,
  record: StackRecord | undefined,
): Promise<OpenHome | undefined> {
  const home = record && (await homeOf(context, record));
  const objects = home && (await ClusterObjects.open(account, home.clusterId, context.signal));
  return objects && { ...home, objects };
}

async function homeOf(context: Context, record: StackRecord): Promise<Home | undefined> {
  const { stack, outputs, hasResources, fault } = record;
  const { placement, clusterId, namespace } = outputs;
  if (placement === "host" || !hasResources || fault !== undefined) {
    return undefined;
  }
  if (typeof clusterId === "string" && typeof namespace === "string") {
    return { clusterId, namespace, isOwn: placement !== "namespace" };
  }
  const {
    clusters: [cluster],
    namespace: found,
  } = await placementInState(sourceOf(context), stack);
  if (cluster !== undefined) {
    return { clusterId: cluster.id, namespace: physicalName(stack), isOwn: true };
  }
  return found && { clusterId: found.clusterId, namespace: found.name, isOwn: false };
}
