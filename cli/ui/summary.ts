import { describePrice } from "../../lib/prices";
import type { UpData } from "../actions/up";
import type { Paint } from "../terminal";
import { pairs } from "./table";
import { moment, timeLeft } from "./times";

/** What somebody whose environment has just come up wants to know. */
export function summary(
  { environment, kubeconfigFile, seconds }: UpData,
  now: Date,
  paint: Paint,
): string {
  const { stack, url, namespace, clusterName, pricePerHourUsd, expiresAt } = environment;
  const rows: [string, string][] = [
    ["url", url ?? "none: the overlay has no load balancer, or several"],
    ["namespace", namespace ?? "-"],
    ["cluster", clusterName ?? "-"],
    ["kubeconfig", kubeconfigFile],
    ["price", pricePerHourUsd === undefined ? "-" : describePrice(pricePerHourUsd)],
    [
      "expires",
      expiresAt === undefined ? "-" : `${moment(expiresAt)}, ${timeLeft(expiresAt, now)}`,
    ],
    ["kubectl", `export KUBECONFIG=$(doks-env kubeconfig ${stack})`],
    ["more time", `doks-env extend ${stack} 1d`],
    ["take down", `doks-env down ${stack}`],
  ];
  return `\n${paint.bold(stack)} is ${paint.green("up")} after ${seconds} s\n\n${pairs(rows, paint)}`;
}
