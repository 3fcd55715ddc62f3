import { loadBalancersOf } from "../manifests/load-balancers";
import type { KubernetesObject } from "../manifests/manifest";
import { volumesOf } from "../manifests/volumes";
import type { BillOfMaterials } from "./prices";

/**
 * Size of the one node that a DOKS cluster cannot do without. Changing the size of a cluster's first pool replaces the
 * whole cluster, so that pool never changes, and the workers, which may, are a pool of their own.
 *
 * @see https://github.com/digitalocean/terraform-provider-digitalocean/issues/303
 */
export const BASE_NODE_SIZE = "s-1vcpu-2gb";

/** An environment's requests to DigitalOcean, from its settings and its rendered tree. */
export interface Demand {
  /** Droplet size slug of the workers. */
  readonly nodeSize: string;
  readonly nodeCount: number;
  readonly minNodes?: number;
  /** As they are applied. */
  readonly objects: readonly KubernetesObject[];
}

/** A {@link BillOfMaterials} with sizes in the place of prices. */
export interface Bill extends Omit<BillOfMaterials, "nodes"> {
  readonly nodes: readonly { readonly count: number; readonly size: string }[];
}

/** The parts of a new environment; with an autoscaler, at its smallest. */
export function billOf({ nodeSize, nodeCount, minNodes, objects }: Demand): Bill {
  const nodes = [
    { count: 1, size: BASE_NODE_SIZE },
    { count: minNodes ?? nodeCount, size: nodeSize },
  ];
  return { nodes, ...billOfObjects(objects, nodesIn({ nodes })) };
}

/**
 * The account's resources that a cluster's controllers create for objects.
 *
 * @param nodes - of the cluster
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

/** How many nodes that is. */
export function nodesIn({ nodes }: Pick<Bill, "nodes">): number {
  return nodes.reduce((sum, { count }) => sum + count, 0);
}
