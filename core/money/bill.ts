import { loadBalancersOf } from "../manifests/load-balancers";
import type { KubernetesObject } from "../manifests/manifest";
import { volumesOf } from "../manifests/volumes";
import type { BillOfMaterials } from "./prices";

/**
 * Size of the one node that every DOKS cluster needs. Resizing a cluster's first pool would replace the cluster, so
 * that pool never changes, and the workers are in a second pool.
 *
 * @see https://github.com/digitalocean/terraform-provider-digitalocean/issues/303
 */
export const BASE_NODE_SIZE = "s-1vcpu-2gb";

/** The resources that an environment needs from DigitalOcean, from its settings and its rendered tree. */
export interface Demand {
  /** Droplet size slug of the workers. */
  readonly nodeSize: string;
  readonly nodeCount: number;
  readonly minNodes?: number;
  /** The objects as applied. */
  readonly objects: readonly KubernetesObject[];
}

/** A {@link BillOfMaterials} with sizes instead of prices. */
export interface Bill extends Omit<BillOfMaterials, "nodes"> {
  readonly nodes: readonly { readonly count: number; readonly size: string }[];
}

/** The billed resources of a new environment; with an autoscaler, at its minimum. */
export function billOf({ nodeSize, nodeCount, minNodes, objects }: Demand): Bill {
  const nodes = [
    { count: 1, size: BASE_NODE_SIZE },
    { count: minNodes ?? nodeCount, size: nodeSize },
  ];
  return { nodes, ...billOfObjects(objects, nodesIn({ nodes })) };
}

/**
 * The billed resources that a cluster's controllers create for objects.
 *
 * @param nodes - number of the cluster's nodes
 */
export function billOfObjects(
  objects: readonly KubernetesObject[],
  nodes: number,
): Omit<BillOfMaterials, "nodes"> {
  const loadBalancers = loadBalancersOf(objects);
  const nodesOf = (kind: "http" | "network") =>
    loadBalancers
      .filter((loadBalancer) => loadBalancer.kind === kind)
      .reduce((sum, loadBalancer) => sum + loadBalancer.nodes, 0);
  return {
    loadBalancers: nodesOf("http"),
    networkLoadBalancers: nodesOf("network"),
    volumeGiB: volumesOf(objects, nodes).giB,
  };
}

/** The total number of nodes. */
export function nodesIn({ nodes }: Pick<Bill, "nodes">): number {
  return nodes.reduce((sum, { count }) => sum + count, 0);
}
