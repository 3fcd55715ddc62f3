/**
 * List prices per month in USD of what is not a Droplet (their prices are in ./sizes.ts). The emulator's own: a client's
 * estimate can be held against its invoices.
 */

/**
 * Prorated hourly.
 * @see https://docs.digitalocean.com/products/kubernetes/details/pricing/, last edited 2025-10-20
 */
export const HA_CONTROL_PLANE_USD = 40;
/**
 * Per node of a load balancer. `REGIONAL` is one for HTTP. Prorated by the hours it runs.
 * @see https://docs.digitalocean.com/products/networking/load-balancers/details/pricing/, last edited 2025-02-28, read in a
 *   copy of 2026-01-07
 */
export const LOAD_BALANCER_USD = { REGIONAL: 12, REGIONAL_NETWORK: 15 } as const;
/** By the hour, attached or not. @see https://docs.digitalocean.com/products/volumes/details/pricing/ */
export const VOLUME_USD_PER_GIB = 0.1;
/** By the snapshot's size; a snapshot costs a cent at least. @see https://docs.digitalocean.com/products/snapshots/details/pricing/ */
export const SNAPSHOT_USD_PER_GIB = 0.06;
export const LEAST_SNAPSHOT_USD = 0.01;
