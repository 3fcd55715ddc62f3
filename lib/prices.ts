/**
 * Price of a DigitalOcean load balancer with one node, in USD per hour ($12 a month over 672 h).
 * The API has no price list for it. Source: digitalocean.com/pricing/load-balancers, from memory, unverified.
 */
export const LOAD_BALANCER_USD_PER_HOUR = 12 / 672;

/** Price of block storage in USD per GiB and hour ($0.10 a month over 672 h). Source: digitalocean.com/pricing/volumes. */
export const VOLUME_USD_PER_GIB_HOUR = 0.1 / 672;

/** What an environment is made of, as far as it costs money. A DOKS control plane without HA is free. */
export interface BillOfMaterials {
  /** Node prices come from the account's own size list. */
  readonly nodes: readonly { readonly count: number; readonly usdPerHour: number }[];
  readonly loadBalancers: number;
  readonly volumeGiB: number;
}

/** What it costs in USD per hour, to a hundredth of a cent. */
export function pricePerHour(bill: BillOfMaterials): number {
  const nodes = bill.nodes.reduce((sum, { count, usdPerHour }) => sum + count * usdPerHour, 0);
  const sum =
    nodes +
    bill.loadBalancers * LOAD_BALANCER_USD_PER_HOUR +
    bill.volumeGiB * VOLUME_USD_PER_GIB_HOUR;
  return Math.round(sum * 10_000) / 10_000;
}
