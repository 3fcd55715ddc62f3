import type { Entry } from "../manifests/manifest";
import type { BillOfMaterials } from "./prices";

/**
 * Size of the one node that a DOKS cluster cannot do without. Changing the size of a cluster's first pool replaces the
 * whole cluster, so that pool never changes, and the workers, which may, are a pool of their own.
 *
 * @see https://github.com/digitalocean/terraform-provider-digitalocean/issues/303
 */
export const BASE_NODE_SIZE = "s-1vcpu-2gb";

/** What an environment asks of DigitalOcean, as its settings and its rendered tree say. */
export interface Demand {
  /** Droplet size slug of the workers. */
  readonly nodeSize: string;
  readonly nodeCount: number;
  readonly minNodes?: number;
  readonly entries: readonly Entry[];
  readonly volumeGiB: number;
}

/** A {@link BillOfMaterials} with sizes in the place of prices. */
export interface Bill extends Omit<BillOfMaterials, "nodes"> {
  readonly nodes: readonly { readonly count: number; readonly size: string }[];
}

/** What a new environment is made of; with an autoscaler, at its smallest. */
export function billOf({ nodeSize, nodeCount, minNodes, entries, volumeGiB }: Demand): Bill {
  const overHttp = entries.filter(({ loadBalancer }) => loadBalancer === "http").length;
  return {
    nodes: [
      { count: 1, size: BASE_NODE_SIZE },
      { count: minNodes ?? nodeCount, size: nodeSize },
    ],
    loadBalancers: overHttp,
    networkLoadBalancers: entries.length - overHttp,
    volumeGiB,
  };
}

/** How many nodes that is. */
export function nodesIn({ nodes }: Bill): number {
  return nodes.reduce((sum, { count }) => sum + count, 0);
}
