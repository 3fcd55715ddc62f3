import { physicalName } from "../../core/names";
import type { DigitalOcean } from "../account/digitalocean";
import { placementInState } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { accountResourcesOf, boundVolumesOf } from "./account-resources";
import { ClusterObjects } from "./cluster-objects";
import { leftBehindIn } from "./left-behind";

export interface SharedNamespace {
  readonly clusterId: string;
  readonly namespace: string;
  /** @default - DigitalOcean reports that the cluster does not exist */
  readonly objects?: ClusterObjects;
  /** Ids of the account's resources of the namespace. */
  readonly accountResources: readonly string[];
  readonly boundVolumes: readonly string[];
}

/**
 * Finds an environment's namespace of a shared cluster.
 *
 * @returns undefined for an environment with its own cluster, or without resources
 * @throws {UserError} when the cluster exists but cannot be read
 */
export async function sharedNamespaceOf(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<SharedNamespace | undefined> {
  const left = leftBehindIn(record.tags);
  const address =
    (await addressOf(context, record)) ??
    (left && { clusterId: left.clusterId, namespace: physicalName(record.stack) });
  if (address === undefined) {
    return undefined;
  }
  const objects = await ClusterObjects.open(account, address.clusterId, context.signal);
  const [found, boundVolumes] =
    objects === undefined
      ? [[], []]
      : await Promise.all([
          accountResourcesOf(objects, address.namespace),
          boundVolumesOf(objects, address.namespace),
        ]);
  const accountResources = [...new Set([...(left?.ids ?? []), ...found])];
  return { ...address, objects, accountResources, boundVolumes };
}

/** Reads the stack's outputs or, before the first successful update, its state. */
async function addressOf(
  context: Context,
  { stack, outputs, hasResources, fault }: StackRecord,
): Promise<Pick<SharedNamespace, "clusterId" | "namespace"> | undefined> {
  const { placement, clusterId, namespace } = outputs;
  if (typeof clusterId === "string") {
    return placement === "namespace" && typeof namespace === "string"
      ? { clusterId, namespace }
      : undefined;
  }
  if (!hasResources || fault !== undefined) {
    return undefined;
  }
  const { namespace: found } = await placementInState(sourceOf(context), stack);
  return found && { clusterId: found.clusterId, namespace: found.name };
}
