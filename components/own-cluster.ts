import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifests/manifest";
import { type Bill, billOf } from "../core/money/bill";
import { pricePerHour } from "../core/money/prices";
import { DoksCluster, type DoksClusterArgs, type NodePoolArgs } from "./doks-cluster";
import { RegistryAccess, type RegistryAccessArgs } from "./registry-access";

export interface OwnClusterArgs {
  readonly cluster: Pick<DoksClusterArgs, "clusterName" | "tags" | "poolTags" | "guards">;
  readonly region: string;
  /** Version slug for a new cluster. */
  readonly kubernetesVersion: string;
  readonly nodePool: NodePoolArgs;
  /** Price of a Droplet size in USD per hour. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  readonly registry: RegistryAccessArgs;
  /** Refuses `pulumi destroy` until it is lifted. */
  readonly protect: boolean;
}

/** Declares a cluster of the stack's own, its access to images, and the provider of all that is inside. */
export function declareOwnCluster(name: string, args: OwnClusterArgs, parent: pulumi.Resource) {
  const registry = new RegistryAccess(`${name}-registry`, args.registry, { parent });
  const doks = new DoksCluster(
    `${name}-cluster`,
    {
      ...args.cluster,
      region: args.region,
      version: args.kubernetesVersion,
      nodePool: args.nodePool,
      registryIntegration: registry.integration,
      protect: args.protect,
    },
    { parent },
  );
  const inside = { parent, deletedWith: doks.cluster };
  const provider = new Provider(
    `${name}-kubernetes`,
    {
      kubeconfig: doks.kubeconfig,
      clusterIdentifier: doks.clusterId,
      // No other stack has objects in this cluster. So the update takes over an object that exists already: Kubernetes' own
      // `default` ServiceAccount in a tree, or what a killed update had created.
      upsertExistingObjects: true,
      // What a user has changed with kubectl, or an autoscaler has, is not a conflict: the stack decides.
      enablePatchForce: true,
    },
    inside,
  );
  return { registry, doks, provider, inside };
}

/** In USD per hour, at list prices and the pool's starting size. */
export function priceOf(
  { nodePool, usdPerHour }: OwnClusterArgs,
  objects: readonly KubernetesObject[],
  beside: Partial<Omit<Bill, "nodes">> = {},
): number {
  const bill = billOf({ nodeSize: nodePool.size, nodeCount: nodePool.count, objects });
  const nodes = bill.nodes.map(({ count, size }) => ({ count, usdPerHour: usdPerHour[size] ?? 0 }));
  return pricePerHour({ ...bill, ...beside, nodes });
}
