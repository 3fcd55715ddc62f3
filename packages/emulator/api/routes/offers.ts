import type { Account } from "../../account/account";
import { regionBody, regions } from "../../account/offers/regions";
import { BILLED_HOURS_PER_MONTH, type Size, sizes } from "../../account/offers/sizes";
import { versions } from "../../account/offers/versions";
import { pageBody } from "../pagination";
import { ok, type Route, route } from "../router";

export function offerRoutes(_: Account): Route[] {
  return [
    route("GET", "/v2/sizes", (request) => ok(pageBody(request, "sizes", sizes, sizeBody))),
    route("GET", "/v2/regions", (request) =>
      ok(pageBody(request, "regions", regions, ({ slug }) => regionBody(slug))),
    ),
    route("GET", "/v2/kubernetes/options", () =>
      ok({
        options: {
          regions: regions
            .filter(({ kubernetes }) => kubernetes)
            .map(({ name, slug }) => ({ name, slug })),
          versions,
          sizes: sizes
            .filter(({ kubernetes }) => kubernetes)
            .map(({ slug }) => ({ name: slug, slug })),
        },
      }),
    ),
  ];
}

/** A Droplet size as the API shows it, inside Droplets too. */
export function sizeBody(size: Size) {
  return {
    slug: size.slug,
    memory: size.memoryMiB,
    vcpus: size.vcpus,
    disk: size.diskGiB,
    transfer: size.transferTb,
    priceMonthly: size.priceMonthlyUsd,
    priceHourly: Number((size.priceMonthlyUsd / BILLED_HOURS_PER_MONTH).toFixed(5)),
    regions: regions.map(({ slug }) => slug),
    available: true,
    description: size.description,
    diskInfo: [{ type: "local", size: { amount: size.diskGiB, unit: "gib" } }],
  };
}
