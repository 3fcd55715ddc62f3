import { getKubernetesVersions } from "@pulumi/digitalocean/getKubernetesVersions";
import { getSizes } from "@pulumi/digitalocean/getSizes";
import * as pulumi from "@pulumi/pulumi";
import type { DropletSize } from "../core/money/node-capacity";
import { sizeErrors } from "../core/rules/node-sizes";
import { suggest } from "../core/suggest";
import { fault, requireNone } from "./fault";

/** The resources to buy from DigitalOcean. */
export interface OfferRequest {
  readonly region: string;
  /** Slugs of Droplet sizes. */
  readonly sizes: readonly string[];
  /** Minor version of Kubernetes, e.g. `1.35`. */
  readonly kubernetesVersion: string;
}

/** DigitalOcean's offer for an {@link OfferRequest}. */
export interface Offer {
  /** Slug of the newest patch of the minor version, e.g. `1.35.1-do.3`. */
  readonly kubernetesVersion: string;
  /** Price of a size in USD per hour. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** The capacity of a size's Droplets, by its slug. */
  readonly droplets: Readonly<Record<string, DropletSize>>;
}

/**
 * Looks up what DigitalOcean offers to the account for a request, before anything is created.
 *
 * A minor version that is not offered any more is a warning only: an existing cluster keeps its version, and for a
 * new one DigitalOcean itself refuses.
 *
 * @throws pulumi.RunError when the region or sizes are not offered, with what is
 */
export async function findOffer(request: OfferRequest): Promise<Offer> {
  const [{ sizes }, { validVersions, latestVersion }] = await Promise.all([
    getSizes({}),
    getKubernetesVersions({ versionPrefix: `${request.kubernetesVersion}.` }),
  ]);
  const regions = [...new Set(sizes.flatMap((size) => size.regions))].sort();
  if (!regions.includes(request.region)) {
    throw fault(
      `region "${request.region}" is not offered to this account; offered: ${regions.join(", ")}`,
      `pulumi config set region ${suggest(request.region, regions) ?? regions[0] ?? "<region>"}`,
    );
  }
  const available = sizes.filter((size) => size.available);
  const offered = available
    .filter((size) => size.regions.includes(request.region))
    .map(({ slug }) => slug);
  const errors = [...new Set(request.sizes)].flatMap((size) =>
    sizeErrors(
      {
        size,
        region: request.region,
        offered,
        regions: [...(available.find(({ slug }) => slug === size)?.regions ?? [])].sort(),
      },
      (setting, value) => `pulumi config set ${setting} ${value}`,
    ),
  );
  requireNone(errors);
  const asked = available.filter(({ slug }) => request.sizes.includes(slug));
  if (validVersions.length === 0) {
    await pulumi.log.warn(
      `Kubernetes ${request.kubernetesVersion} is not offered (any more): an existing cluster keeps its version, ` +
        "a new one will be refused. See `doctl kubernetes options versions`, then `pulumi config set kubernetesVersion <minor>`",
    );
  }
  return {
    kubernetesVersion: validVersions.length === 0 ? request.kubernetesVersion : latestVersion,
    usdPerHour: Object.fromEntries(asked.map(({ slug, priceHourly }) => [slug, priceHourly])),
    droplets: Object.fromEntries(
      asked.map(({ slug, vcpus, memory }) => [slug, { vcpus, memoryMiB: memory }]),
    ),
  };
}
