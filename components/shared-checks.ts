import { getSizes } from "@pulumi/digitalocean/getSizes";
import { nodeSizeOf } from "../core/money/node-capacity";
import {
  type Largest,
  largestOf as largestOfSizes,
  type Pool,
  type PricedSize,
  readTenancy,
  type TenancyRequest,
  tenancyFaults,
} from "../core/rules/tenancy";
import { requireNone, unlessError } from "./fault";
import type { SharedCluster } from "./shared-cluster";

/**
 * Requires that an environment fits on a shared cluster.
 *
 * @returns the cluster's maximum size
 * @throws pulumi.RunError with all reasons against it
 */
export async function requireTenancy(
  cluster: SharedCluster,
  request: TenancyRequest,
): Promise<Largest> {
  const [sizes, found] = await Promise.all([pricedSizes(), readTenancy(cluster.objects, request)]);
  requireNone(tenancyFaults(request, { cluster, sizes, ...found }).map(({ error }) => error));
  return unlessError(largestOfSizes(cluster.pools, sizes));
}

/** Looks up the maximum size of node pools. @throws pulumi.RunError when the account's list lacks a size */
export async function largestOf(pools: readonly Pool[]): Promise<Largest> {
  return unlessError(largestOfSizes(pools, await pricedSizes()));
}

async function pricedSizes(): Promise<PricedSize[]> {
  const { sizes } = await getSizes({});
  return sizes.map((size) => ({ ...nodeSizeOf(size), usdPerHour: size.priceHourly }));
}
