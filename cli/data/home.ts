import { physicalName } from "../../core/names";
import type { DigitalOcean } from "../account/digitalocean";
import { ClusterObjects } from "../shared-clusters/cluster-objects";
import { placementInState } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";

/** Where an environment's claims are. */
export interface Home {
  readonly clusterId: string;
  readonly namespace: string;
  /** Whether the cluster goes with the environment. */
  readonly isOwn: boolean;
}

/** The same, with what is there. */
export interface OpenHome extends Home {
  readonly objects: ClusterObjects;
}

/**
 * Looks up where an environment's claims are: in its outputs or, as long as no update has succeeded, in its state.
 *
 * @param record - @default - there is no such stack
 * @returns undefined while it has no place, for a cluster for others, and when DigitalOcean has no such cluster any more
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
