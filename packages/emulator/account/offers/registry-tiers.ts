export interface RegistryTier {
  readonly slug: string;
  readonly name: string;
  /** 0: unlimited. */
  readonly includedRepositories: number;
  readonly includedStorageBytes: number;
  readonly allowStorageOverage: boolean;
  readonly includedBandwidthBytes: number;
  readonly monthlyPriceInCents: number;
  readonly storageOveragePriceInCents: number;
  /** Maximum number of registries in the account. */
  readonly registries: number;
}

const GIB = 2 ** 30;

/** @see https://docs.digitalocean.com/products/container-registry/details/pricing/ */
export const registryTiers: readonly RegistryTier[] = [
  {
    slug: "starter",
    name: "Starter",
    includedRepositories: 1,
    includedStorageBytes: 500 * 2 ** 20,
    allowStorageOverage: false,
    includedBandwidthBytes: 500 * 2 ** 20,
    monthlyPriceInCents: 0,
    storageOveragePriceInCents: 0,
    registries: 1,
  },
  {
    slug: "basic",
    name: "Basic",
    includedRepositories: 5,
    includedStorageBytes: 5 * GIB,
    allowStorageOverage: true,
    includedBandwidthBytes: 5 * GIB,
    monthlyPriceInCents: 500,
    storageOveragePriceInCents: 2,
    registries: 1,
  },
  {
    slug: "professional",
    name: "Professional",
    includedRepositories: 0,
    includedStorageBytes: 100 * GIB,
    allowStorageOverage: true,
    includedBandwidthBytes: 100 * GIB,
    monthlyPriceInCents: 2000,
    storageOveragePriceInCents: 2,
    registries: 10,
  },
];

export function findTier(slug: string): RegistryTier | undefined {
  return registryTiers.find((tier) => tier.slug === slug);
}

/** Returns the tier without the fields that the API does not show. */
export function tierBody({ registries: _, ...tier }: RegistryTier) {
  return tier;
}
