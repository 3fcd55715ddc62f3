import { sizes } from "./sizes";

export interface Region {
  readonly slug: string;
  readonly name: string;
  /** Whether Kubernetes is available. */
  readonly kubernetes: boolean;
  /** Whether container registries are available. */
  readonly registry: boolean;
}

/** @see https://docs.digitalocean.com/platform/regional-availability/ */
export const regions: readonly Region[] = [
  { slug: "nyc1", name: "New York 1", kubernetes: true, registry: false },
  { slug: "nyc2", name: "New York 2", kubernetes: false, registry: false },
  { slug: "nyc3", name: "New York 3", kubernetes: true, registry: true },
  { slug: "sfo2", name: "San Francisco 2", kubernetes: true, registry: true },
  { slug: "sfo3", name: "San Francisco 3", kubernetes: true, registry: true },
  { slug: "ams3", name: "Amsterdam 3", kubernetes: true, registry: true },
  { slug: "sgp1", name: "Singapore 1", kubernetes: true, registry: true },
  { slug: "lon1", name: "London 1", kubernetes: true, registry: false },
  { slug: "fra1", name: "Frankfurt 1", kubernetes: true, registry: true },
  { slug: "tor1", name: "Toronto 1", kubernetes: true, registry: false },
  { slug: "blr1", name: "Bangalore 1", kubernetes: true, registry: true },
  { slug: "syd1", name: "Sydney 1", kubernetes: true, registry: true },
];

const features = ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"];

export function findRegion(slug: string): Region | undefined {
  return regions.find((region) => region.slug === slug);
}

/** A region in the API's form, also inside other resources. Every size is available in every region. */
export function regionBody(slug: string) {
  return {
    slug,
    name: findRegion(slug)?.name ?? slug,
    features,
    available: true,
    sizes: sizes.map((size) => size.slug),
  };
}
