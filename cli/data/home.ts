import { physicalName } from "../../core/names";
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

/**
 * Looks up where an environment's claims are: in its outputs or, as long as no update has succeeded, in its state.
 *
 * @returns undefined while it has no place, and for a cluster for others
 */
export async function homeOf(context: Context, record: StackRecord): Promise<Home | undefined> {
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
