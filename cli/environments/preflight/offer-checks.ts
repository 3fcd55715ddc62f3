import type { Bill } from "../../../core/money/bill";
import { describePrice } from "../../../core/money/prices";
import { sizeErrors } from "../../../core/rules/node-sizes";
import { regionErrors, versionErrors } from "../../../core/rules/offer";
import type { Offers } from "../../account/offers";
import type { PreflightResult } from "./preflight-result";

/** Whether clusters can be in a region, and whether it has the nodes' sizes. */
export function checkPlace(
  region: string,
  nodes: Bill["nodes"],
  offers: Offers,
): PreflightResult[] {
  const [error] = regionErrors(region, offers.regions, byOption);
  if (error !== undefined) {
    const { message, fix } = error;
    return [{ check: "region", state: "fault", message, fix }];
  }
  const sizes = [...new Set(nodes.map(({ size }) => size))];
  return [
    { check: "region", state: "ok", message: `region ${region} is offered` },
    ...sizes.map((size) => checkSize(size, region, offers)),
  ];
}

/** How an option of `up` sets a setting. */
export function byOption(setting: string, value: string): string {
  return `--set ${setting}=${value}`;
}

function checkSize(size: string, region: string, offers: Offers): PreflightResult {
  const offered = offers.nodeSizesIn(region);
  const [error] = sizeErrors(
    { size, region, offered, regions: offers.regionsWith(size) },
    byOption,
  );
  return error === undefined
    ? { check: "size", state: "ok", message: `node size ${size} is offered in ${region}` }
    : { check: "size", state: "fault", message: error.message, fix: error.fix };
}

/** A cluster that exists keeps its version, offered or not. */
export function checkVersion(
  minorVersion: string,
  isNewCluster: boolean,
  { minorVersions }: Offers,
): PreflightResult {
  const [error] = versionErrors(minorVersion, minorVersions, byOption);
  if (error === undefined) {
    return { check: "version", state: "ok", message: `Kubernetes ${minorVersion} is offered` };
  }
  const { message, fix } = error;
  return isNewCluster
    ? { check: "version", state: "fault", message, fix }
    : { check: "version", state: "warning", message: `${message}; the cluster keeps its own` };
}

/** Nothing to tell when a size is not sold. */
export function priceResult(bill: Bill, offers: Offers): PreflightResult[] {
  const pricePerHourUsd = offers.pricePerHour(bill);
  return pricePerHourUsd === undefined
    ? []
    : [
        {
          check: "price",
          state: "ok",
          message: `it costs ${describePrice(pricePerHourUsd)}`,
          pricePerHourUsd,
        },
      ];
}
