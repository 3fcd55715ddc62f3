/** DigitalOcean charges at most 672 hours for a month. @see https://docs.digitalocean.com/products/kubernetes/details/pricing/ */
export const BILLED_HOURS_PER_MONTH = 672;

export interface Size {
  readonly slug: string;
  readonly description: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
  /** Included outbound traffic per month, TB. */
  readonly transferTb: number;
  readonly priceMonthlyUsd: number;
  /** Whether node pools may use it. */
  readonly kubernetes: boolean;
}

/**
 * The Droplet sizes on offer: the common part of DigitalOcean's list.
 * @see https://www.digitalocean.com/pricing/droplets, list prices of 2025
 */
const table: readonly [
  slug: string,
  description: string,
  vcpus: number,
  memoryMiB: number,
  diskGiB: number,
  transferTb: number,
  priceMonthlyUsd: number,
][] = [
  ["s-1vcpu-512mb-10gb", "Basic", 1, 512, 10, 0.5, 4],
  ["s-1vcpu-1gb", "Basic", 1, 1024, 25, 1, 6],
  ["s-1vcpu-2gb", "Basic", 1, 2048, 50, 2, 12],
  ["s-2vcpu-2gb", "Basic", 2, 2048, 60, 3, 18],
  ["s-2vcpu-4gb", "Basic", 2, 4096, 80, 4, 24],
  ["s-2vcpu-4gb-amd", "Basic AMD", 2, 4096, 80, 4, 28],
  ["s-4vcpu-8gb", "Basic", 4, 8192, 160, 5, 48],
  ["s-4vcpu-8gb-amd", "Basic AMD", 4, 8192, 160, 5, 56],
  ["s-4vcpu-8gb-intel", "Basic Intel", 4, 8192, 160, 5, 56],
  ["s-8vcpu-16gb", "Basic", 8, 16384, 320, 6, 96],
  ["s-8vcpu-16gb-amd", "Basic AMD", 8, 16384, 320, 6, 112],
  ["s-8vcpu-16gb-intel", "Basic Intel", 8, 16384, 320, 6, 112],
  ["c-2", "CPU-Optimized", 2, 4096, 25, 4, 42],
  ["c-4", "CPU-Optimized", 4, 8192, 50, 5, 84],
  ["c-8", "CPU-Optimized", 8, 16384, 100, 6, 168],
  ["c-16", "CPU-Optimized", 16, 32768, 200, 7, 336],
  ["g-2vcpu-8gb", "General Purpose", 2, 8192, 25, 4, 63],
  ["g-4vcpu-16gb", "General Purpose", 4, 16384, 50, 5, 126],
  ["g-8vcpu-32gb", "General Purpose", 8, 32768, 100, 6, 252],
  ["g-16vcpu-64gb", "General Purpose", 16, 65536, 200, 7, 504],
  ["gd-2vcpu-8gb", "General Purpose (2x SSD)", 2, 8192, 50, 4, 68],
  ["gd-4vcpu-16gb", "General Purpose (2x SSD)", 4, 16384, 100, 5, 136],
  ["m-2vcpu-16gb", "Memory-Optimized", 2, 16384, 50, 4, 84],
  ["m-4vcpu-32gb", "Memory-Optimized", 4, 32768, 100, 6, 168],
  ["m-8vcpu-64gb", "Memory-Optimized", 8, 65536, 200, 7, 336],
];

/** Nodes need 2 GiB at least. @see https://docs.digitalocean.com/products/kubernetes/details/limits/ */
const SMALLEST_NODE_MIB = 2048;

export const sizes: readonly Size[] = table.map(
  ([slug, description, vcpus, memoryMiB, diskGiB, transferTb, priceMonthlyUsd]) => ({
    slug,
    description,
    vcpus,
    memoryMiB,
    diskGiB,
    transferTb,
    priceMonthlyUsd,
    kubernetes: memoryMiB >= SMALLEST_NODE_MIB,
  }),
);

export function findSize(slug: string): Size | undefined {
  return sizes.find((size) => size.slug === slug);
}

/** Returns a stored, and therefore existing, size. */
export function sizeOf(slug: string): Size {
  const size = findSize(slug);
  if (!size) {
    throw new Error(
      `the account holds a Droplet of size "${slug}", which DigitalOcean does not offer`,
    );
  }
  return size;
}
