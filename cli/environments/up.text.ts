import { describePrice } from "../../core/money/prices";
import { pairs } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { moment, timeLeft } from "../terminal/times";
import type { UpData } from "./up.data";

/** The summary of an environment that has just come up. */
export function summary(data: UpData, now: Date, paint: Paint): string {
  const { stack, placement } = data.environment;
  const rows = placement === "host" ? hostRows(data) : environmentRows(data, now);
  return `\n${paint.bold(stack)} is ${paint.green("up")} after ${data.seconds} s\n\n${pairs(rows, paint)}`;
}

function environmentRows({ environment, kubeconfigFile }: UpData, now: Date): [string, string][] {
  const { stack, url, namespace, clusterName, placement, expiresAt } = environment;
  return [
    ["url", url ?? "none: the overlay has no load balancer, or several"],
    ["namespace", namespace ?? "-"],
    ["cluster", `${clusterName ?? "-"}${placement === "namespace" ? ", shared with others" : ""}`],
    ["kubeconfig", kubeconfigFile],
    ["price", priceText(environment)],
    [
      "expires",
      expiresAt === undefined ? "-" : `${moment(expiresAt)}, ${timeLeft(expiresAt, now)}`,
    ],
    ["kubectl", `export KUBECONFIG=$(doks-env kubeconfig ${stack})`],
    ["more time", `doks-env extend ${stack} 1d`],
    ["take down", `doks-env down ${stack}`],
  ];
}

/** The next steps after a shared cluster is up. */
function hostRows({ environment, entrance, kubeconfigFile }: UpData): [string, string][] {
  const { stack, clusterName } = environment;
  return [
    ["cluster", `${clusterName ?? "-"}, for the environments of many`],
    ...(entrance === undefined
      ? []
      : [["entrance", `${entrance.address}: lead *.${entrance.domain} there`] as [string, string]]),
    ["kubeconfig", kubeconfigFile],
    ["price", `${priceText(environment)}, with the fewest nodes`],
    ["expires", "never by itself"],
    ["live on it", `doks-env up alice-dev --set placement=namespace --set hostStack=${stack}`],
    ["who does", `doks-env list --host ${stack}`],
    ["take down", `doks-env unprotect ${stack} && doks-env down ${stack}`],
  ];
}

function priceText({ pricePerHourUsd }: UpData["environment"]): string {
  return pricePerHourUsd === undefined ? "-" : describePrice(pricePerHourUsd);
}
