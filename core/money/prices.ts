/**
 * Hours of a month that DigitalOcean bills at most, for whatever is billed by time; a month's price is spread over them.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/details/pricing/ (last edited 2025-10-20)
 */
export const BILLED_HOURS_PER_MONTH = 672;

/** The least that is billed for anything that ran at all, in USD. Same source. */
const LEAST_USD = 0.01;

/** A price that DigitalOcean's API does not tell. */
export interface ListPrice {
  readonly usdPerMonth: number;
  /** The savings of that. */
  readonly unit: string;
  /** The page that says so. */
  readonly source: string;
  /** When that page said so: the date of its last edit (`2025-02-28`), or the month of a quotation (`2026-05`). */
  readonly asOf: string;
}

const DOCS = "https://docs.digitalocean.com/products";
const LOAD_BALANCERS = `${DOCS}/networking/load-balancers/details/pricing/`;
const REGISTRIES = `${DOCS}/container-registry/details/pricing/`;

/**
 * All prices but those of Droplets, which the account's own size list tells.
 *
 * Read on 2026-11-23 in stored copies of these pages; of volumes and snapshots only quotations bore a date. The prices of
 * load balancers were quoted unchanged in October 2026.
 */
export const LIST_PRICES = {
  /** Type `REGIONAL`: for HTTP. */
  loadBalancer: {
    usdPerMonth: 12,
    unit: "node of a regional HTTP load balancer",
    source: LOAD_BALANCERS,
    asOf: "2025-02-28",
  },
  /** Type `REGIONAL_NETWORK`: what a Service gets that does not ask for the other in an annotation. */
  networkLoadBalancer: {
    usdPerMonth: 15,
    unit: "node of a regional network load balancer",
    source: LOAD_BALANCERS,
    asOf: "2025-02-28",
  },
  volume: {
    usdPerMonth: 0.1,
    unit: "GiB of a volume",
    source: `${DOCS}/volumes/details/pricing/`,
    asOf: "2026-05",
  },
  volumeSnapshot: {
    usdPerMonth: 0.06,
    unit: "GiB of a volume's snapshot",
    source: `${DOCS}/snapshots/details/pricing/`,
    asOf: "2026-09",
  },
  registryBasic: {
    usdPerMonth: 5,
    unit: "registry subscription Basic, for the whole account",
    source: REGISTRIES,
    asOf: "2025-06-11",
  },
  registryProfessional: {
    usdPerMonth: 20,
    unit: "registry subscription Professional, for the whole account",
    source: REGISTRIES,
    asOf: "2025-06-11",
  },
} as const satisfies Readonly<Record<string, ListPrice>>;

/**
 * The parts of an environment that cost money. A DOKS control plane without HA is free, and a registry is
 * the account's.
 */
export interface BillOfMaterials {
  /** Node prices come from the account's own size list. */
  readonly nodes: readonly { readonly count: number; readonly usdPerHour: number }[];
  /** Nodes of load balancers for HTTP. */
  readonly loadBalancers: number;
  /** Nodes of network load balancers. */
  readonly networkLoadBalancers: number;
  readonly volumeGiB: number;
}

/** The price in USD per hour, to a hundredth of a cent. */
export function pricePerHour(bill: BillOfMaterials): number {
  const { loadBalancer, networkLoadBalancer, volume } = LIST_PRICES;
  const nodes = bill.nodes.reduce((sum, { count, usdPerHour }) => sum + count * usdPerHour, 0);
  const perMonth =
    bill.loadBalancers * loadBalancer.usdPerMonth +
    bill.networkLoadBalancers * networkLoadBalancer.usdPerMonth +
    bill.volumeGiB * volume.usdPerMonth;
  return Math.round((nodes + perMonth / BILLED_HOURS_PER_MONTH) * 10_000) / 10_000;
}

/** The most that a month of it can cost, in USD. */
export function pricePerMonth(usdPerHour: number): number {
  return usdPerHour * BILLED_HOURS_PER_MONTH;
}

/**
 * The cost of an environment so far in USD, to a cent, had its price been the same all the time.
 *
 * DigitalOcean bills each resource by itself, by the second, 672 hours a calendar month (UTC) at most and a cent at least.
 * Here the environment is taken as one resource that lasted from `since` to `until`, so that what came later than the
 * cluster or was resized is off by its part of the price.
 */
export function costSoFar(usdPerHour: number, since: Date, until: Date): number {
  if (usdPerHour === 0 || until <= since) {
    return 0;
  }
  let hours = 0;
  for (let from = since; from < until; from = startOfNextMonth(from)) {
    const to = Math.min(startOfNextMonth(from).getTime(), until.getTime());
    hours += Math.min((to - from.getTime()) / 3_600_000, BILLED_HOURS_PER_MONTH);
  }
  return Math.max(Math.round(hours * usdPerHour * 100) / 100, LEAST_USD);
}

function startOfNextMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1));
}

/**
 * An amount as people read it: `$1,234.50`.
 *
 * @param decimals - 4 for prices per hour, which differ in fractions of a cent
 * @default decimals - 2
 */
export function formatUsd(usd: number, decimals: 0 | 2 | 4 = 2): string {
  return usd.toLocaleString("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** A price per hour with what it comes to: `$0.1071 an hour, $72 a month`. */
export function describePrice(usdPerHour: number): string {
  return `${formatUsd(usdPerHour, 4)} an hour, ${formatUsd(pricePerMonth(usdPerHour), 0)} a month`;
}
