/** The sizes and regions that DigitalOcean offers. */
import { randomUUID } from "node:crypto";
import type { PropertyMap } from "../../protocol/properties";
import { explain } from "../explain";
import type { Operation } from "../resource-type";
import { booleanOf, numberOf, objectOf, stringOf, stringsOf } from "../values";
import { select } from "./data-list";

const SIZE_KEYS = {
  slug: "slug",
  available: "available",
  transfer: "transfer",
  price_monthly: "priceMonthly",
  price_hourly: "priceHourly",
  memory: "memory",
  vcpus: "vcpus",
  disk: "disk",
  regions: "regions",
} as const;

const REGION_KEYS = {
  slug: "slug",
  name: "name",
  available: "available",
  sizes: "sizes",
  features: "features",
} as const;

export async function getSizes(args: PropertyMap, operation: Operation): Promise<PropertyMap> {
  const sizes = await explain(
    "Unable to load records: Error retrieving sizes: ",
    operation.api.list("/v2/sizes", "sizes"),
  );
  return { ...args, id: randomUUID(), sizes: select(sizes.map(fromSize), args, SIZE_KEYS) };
}

export async function getRegions(args: PropertyMap, operation: Operation): Promise<PropertyMap> {
  const regions = await allRegions("Unable to load records: ", operation);
  return { ...args, id: randomUUID(), regions: select(regions, args, REGION_KEYS) };
}

/** @throws {Error} when the region does not exist. */
export async function getRegion(args: PropertyMap, operation: Operation): Promise<PropertyMap> {
  const slug = stringOf(args, "slug");
  const regions = await allRegions("Unable to load regions: ", operation);
  const region = regions.find((candidate) => candidate.slug === slug);
  if (region === undefined) {
    throw new Error(`Region does not exist: ${slug}`);
  }
  return { ...region, id: randomUUID() };
}

async function allRegions(failure: string, { api }: Operation): Promise<PropertyMap[]> {
  const regions = await explain(
    `${failure}Error retrieving regions: `,
    api.list("/v2/regions", "regions"),
  );
  return regions.map((region) => ({
    slug: stringOf(region, "slug"),
    name: stringOf(region, "name"),
    available: booleanOf(region, "available"),
    sizes: stringsOf(region, "sizes"),
    features: stringsOf(region, "features"),
  }));
}

function fromSize(size: PropertyMap): PropertyMap {
  return {
    slug: stringOf(size, "slug"),
    available: booleanOf(size, "available"),
    transfer: numberOf(size, "transfer"),
    priceMonthly: numberOf(size, "price_monthly"),
    priceHourly: numberOf(size, "price_hourly"),
    memory: numberOf(size, "memory"),
    vcpus: numberOf(size, "vcpus"),
    disk: numberOf(size, "disk"),
    regions: stringsOf(size, "regions"),
    gpuInfos: fromGpuInfo(objectOf(size, "gpu_info")),
  };
}

function fromGpuInfo(info: PropertyMap | undefined): PropertyMap[] {
  if (info === undefined) {
    return [];
  }
  const vram = objectOf(info, "vram");
  return [
    {
      count: numberOf(info, "count"),
      model: stringOf(info, "model"),
      supportedPartitionModes: stringsOf(info, "supported_partition_modes"),
      vrams:
        vram === undefined
          ? []
          : [{ amount: numberOf(vram, "amount"), unit: stringOf(vram, "unit") }],
    },
  ];
}
