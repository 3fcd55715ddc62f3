import type { Bill } from "../../../core/money/bill";
import { describePrice } from "../../../core/money/prices";
import { sizeErrors } from "../../../core/rules/node-sizes";
import { suggest } from "../../../core/suggest";
import type { Offers } from "../../account/offers";
import type { PreflightResult } from "./preflight-result";

/** Whether clusters can be in a region, and whether it has the nodes' sizes. */
export function checkPlace(
  region: string,
  nodes: Bill["nodes"],
  offers: Offers,
): PreflightResult[] {
  const { regions } = offers;
  if (!regions.includes(region)) {
    return [
      {
        check: "region",
        state: "fault",
        message: `region "${region}" is not offered for clusters; offered: ${regions.join(", ")}`,
        fix: `--set region=${suggest(region, regions) ?? regions[0] ?? "<region>"}`,
      },
    ];
  }
  const sizes = [...new Set(nodes.map(({ size }) => size))];
  return [
    { check: "region", state: "ok", message: `region ${region} is offered` },
    ...sizes.map((size) => checkSize(size, region, offers)),
  ];
}

function checkSize(size: string, region: string, offers: Offers): PreflightResult {
  const offered = offers.nodeSizesIn(region);
  const [error] = sizeErrors(
    { size, region, offered, regions: offers.regionsWith(size) },
    (setting, value) => `--set ${setting}=${value}`,
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
  if (minorVersions.includes(minorVersion)) {
    return { check: "version", state: "ok", message: `Kubernetes ${minorVersion} is offered` };
  }
  const message = `Kubernetes ${minorVersion} is not offered; offered: ${minorVersions.join(", ")}`;
  return isNewCluster
    ? {
        check: "version",
        state: "fault",
        message,
        fix: `--set kubernetesVersion=${minorVersions[0] ?? "<minor version>"}`,
      }
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
