import type { Bill } from "../../../core/money/bill";
import { describePrice } from "../../../core/money/prices";
import { sizeErrors } from "../../../core/rules/node-sizes";
import { regionErrors, versionErrors } from "../../../core/rules/offer";
import type { Offers } from "../../account/offers";
import { fault, ok, type PreflightResult, verdict, warning } from "./preflight-result";

/** Checks that a region offers clusters and the nodes' sizes. */
export function checkPlace(
  region: string,
  nodes: Bill["nodes"],
  offers: Offers,
): PreflightResult[] {
  const [error] = regionErrors(region, offers.regions, byOption);
  if (error !== undefined) {
    return [fault("region", error)];
  }
  const sizes = [...new Set(nodes.map(({ size }) => size))];
  return [
    ok("region", `region ${region} is offered`),
    ...sizes.map((size) => checkSize(size, region, offers)),
  ];
}

/** Returns the option of `up` for a setting. */
export function byOption(setting: string, value: string): string {
  return `--set ${setting}=${value}`;
}

function checkSize(size: string, region: string, offers: Offers): PreflightResult {
  const offered = offers.nodeSizesIn(region);
  const facts = { size, region, offered, regions: offers.regionsWith(size) };
  return verdict("size", sizeErrors(facts, byOption), `node size ${size} is offered in ${region}`);
}

/** Checks the version of a new cluster only: an existing one keeps its version, offered or not. */
export function checkVersion(
  minorVersion: string,
  isNewCluster: boolean,
  { minorVersions }: Offers,
): PreflightResult {
  const errors = versionErrors(minorVersion, minorVersions, byOption);
  const [error] = errors;
  return error === undefined || isNewCluster
    ? verdict("version", errors, `Kubernetes ${minorVersion} is offered`)
    : warning("version", `${error.message}; the cluster keeps its own`);
}

/** Returns the price, or nothing for an unknown size. */
export function priceResult(bill: Bill, offers: Offers): PreflightResult[] {
  const pricePerHourUsd = offers.pricePerHour(bill);
  return pricePerHourUsd === undefined
    ? []
    : [{ ...ok("price", `it costs ${describePrice(pricePerHourUsd)}`), pricePerHourUsd }];
}
