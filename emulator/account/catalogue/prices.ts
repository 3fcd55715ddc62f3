/** List prices per month in USD of what is not a Droplet (their prices are in ./sizes.ts). */

/** @see https://docs.digitalocean.com/products/kubernetes/details/pricing/ */
export const HA_CONTROL_PLANE_USD = 40;
/** Per node of a load balancer; the emulator's have one. @see https://docs.digitalocean.com/products/networking/load-balancers/details/pricing/ */
export const LOAD_BALANCER_USD = { REGIONAL: 12, REGIONAL_NETWORK: 15 } as const;
/** @see https://docs.digitalocean.com/products/volumes/details/pricing/ */
export const VOLUME_USD_PER_GIB = 0.1;
/** @see https://docs.digitalocean.com/products/snapshots/details/pricing/ */
export const SNAPSHOT_USD_PER_GIB = 0.06;
