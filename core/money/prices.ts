/**
 * The maximum number of hours that DigitalOcean bills in a month, for everything billed by time. A month's price is
 * spread over them.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/details/pricing/ (last edited 2025-10-20)
 */
export const BILLED_HOURS_PER_MONTH = 672;

/** The minimum charge for a resource that has run, in USD (same source). */
const LEAST_USD = 0.01;

/** A price that DigitalOcean's API does not return. */
export interface ListPrice {
  readonly usdPerMonth: number;
  /** The billed unit. */
  readonly unit: string;
  /** The page with the price. */
  readonly source: string;
  /** Date of the price: the page's last edit (`2025-02-28`), or the month of a quotation (`2026-05`). */
  readonly asOf: string;
}

const DOCS = "https://docs.digitalocean.com/products";
const LOAD_BALANCERS = `${DOCS}/networking/load-balancers/details/pricing/`;
const REGISTRIES = `${DOCS}/container-registry/details/pricing/`;

/**
 * All prices except those of Droplets, which the account's own size list contains.
 *
 * Read on 2026-11-23 from stored copies of these pages; for volumes and snapshots only quotations had a date. The
 * prices of load balancers were quoted unchanged in October 2026.
 */
export const LIST_PRICES = {
  /** Type `REGIONAL`, for HTTP. */
  loadBalancer: {
    usdPerMonth: 12,
    unit: "node of a regional HTTP load balancer",
    source: LOAD_BALANCERS,
    asOf: "2025-02-28",
  },
  /** Type `REGIONAL_NETWORK`, the default for a Service without the annotation. */
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
 * The billed parts of an environment. A DOKS control plane without HA is free, and a registry is billed to the account,
 * not to an environment.
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

/** The maximum price of a month, in USD. */
export function pricePerMonth(usdPerHour: number): number {
  return usdPerHour * BILLED_HOURS_PER_MONTH;
}

/**
 * The cost of an environment so far in USD, rounded to cents, assuming that its price was constant.
 *
 * DigitalOcean bills each resource separately, by the second, for at most 672 hours a calendar month (UTC), and at
 * least a cent. This function treats the environment as one resource from `since` to `until`, so it is inaccurate for
 * resources that were added or resized later.
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
 * An amount for users: `$1,234.50`.
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

/** A price per hour and month: `$0.1071 an hour, $72 a month`. */
export function describePrice(usdPerHour: number): string {
  return `${formatUsd(usdPerHour, 4)} an hour, ${formatUsd(pricePerMonth(usdPerHour), 0)} a month`;
}
