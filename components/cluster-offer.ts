import { getSizes } from "@pulumi/digitalocean/getSizes";
import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import type { UserError } from "../core/errors";
import { type NodeSize, nodeSizeOf } from "../core/money/node-capacity";
import { sizeErrors } from "../core/rules/node-sizes";
import { minorVersionsOf, newestOf, regionErrors, versionErrors } from "../core/rules/offer";
import { askDigitalOcean } from "./digitalocean-request";
import { byConfig, requireNone } from "./fault";

/** The resources that an environment needs from DigitalOcean. */
export interface OfferRequest {
  readonly region: string;
  readonly sizes: readonly string[];
  /** Minor version of Kubernetes, e.g. `1.35`. */
  readonly kubernetesVersion: string;
}

/** DigitalOcean's offer for an {@link OfferRequest}. */
export interface Offer {
  /** Slug of the newest patch of the minor version, e.g. `1.35.1-do.3`. */
  readonly kubernetesVersion: string;
  /** The reasons why a new cluster cannot be created. They do not affect an existing one. */
  readonly ofNew: readonly UserError[];
  /** Price of a size in USD per hour. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  /** Node sizes on offer in the region, the cheapest first. */
  readonly sizes: readonly NodeSize[];
}

/** @see https://docs.digitalocean.com/reference/api/digitalocean/#operation/kubernetes_list_options */
interface ClusterOptions {
  readonly options: Readonly<
    Record<"regions" | "versions" | "sizes", readonly { readonly slug: string }[]>
  >;
}

/**
 * Looks up DigitalOcean's offer to the account for a request, before anything is created.
 *
 * For a minor version that is no longer offered, it only warns: an existing cluster keeps its version, and
 * {@link offerGuard} refuses a new one.
 *
 * @throws pulumi.RunError when the region or sizes are not offered, with those that are
 */
export async function findOffer(request: OfferRequest, access: AccountAccess): Promise<Offer> {
  const [{ sizes: all }, { options }] = await Promise.all([
    getSizes({}),
    askDigitalOcean<ClusterOptions>(access, "/v2/kubernetes/options", {
      what: "DigitalOcean's options for clusters",
      scope: "kubernetes:read",
    }),
  ]);
  const [regions, versions, nodeSizes] = [options.regions, options.versions, options.sizes].map(
    (list) => list.map(({ slug }) => slug).sort(),
  ) as [string[], string[], string[]];
  requireNone(regionErrors(request.region, regions, byConfig));
  const available = all
    .filter(({ slug, available: isAvailable }) => isAvailable && nodeSizes.includes(slug))
    .sort((one, other) => one.priceHourly - other.priceHourly);
  const offered = available.filter((size) => size.regions.includes(request.region));
  const errors = [...new Set(request.sizes)].flatMap((size) => {
    const where = available.find(({ slug }) => slug === size)?.regions ?? [];
    return sizeErrors(
      {
        size,
        region: request.region,
        offered: offered.map(({ slug }) => slug),
        regions: regions.filter((region) => where.includes(region)),
      },
      byConfig,
    );
  });
  requireNone(errors);
  const asked = available.filter(({ slug }) => request.sizes.includes(slug));
  const { kubernetesVersion: minor } = request;
  const ofNew = versionErrors(minor, minorVersionsOf(versions), byConfig);
  for (const { message } of ofNew) {
    await pulumi.log.warn(`${message}; an existing cluster keeps its version`);
  }
  return {
    kubernetesVersion: newestOf(minor, versions) ?? minor,
    ofNew,
    usdPerHour: Object.fromEntries(asked.map(({ slug, priceHourly }) => [slug, priceHourly])),
    sizes: offered.map(nodeSizeOf),
  };
}
