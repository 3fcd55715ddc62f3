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
  /** Refuses `pulumi destroy` until this is reset. */
  readonly protect: boolean;
}

/** Declares the stack's own cluster, its access to images, and the provider for its contents. */
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
      // This cluster belongs to the environment alone. So an existing object (Kubernetes' own `default` ServiceAccount in a
      // tree, or an object of a killed update) is adopted.
      upsertExistingObjects: true,
      // A change by kubectl or an autoscaler is not a conflict: the stack overrides it.
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
