import { describePrice } from "../../core/money/prices";
import { urlsOf } from "../stacks/environment-status";
import { pairs } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { moment, timeLeft } from "../terminal/times";
import type { UpData } from "./up.data";

export function summary(data: UpData, now: Date, paint: Paint): string {
  const { stack } = data.environment;
  const rows = rowsOf(data, now);
  return `\n${paint.bold(stack)} is ${paint.green("up")} after ${data.seconds} s\n\n${pairs(rows, paint)}`;
}

function rowsOf(data: UpData, now: Date): [string, string][] {
  switch (data.environment.placement) {
    case "host":
      return hostRows(data);
    case "domain":
      return domainRows(data);
    case "cluster":
    case "namespace":
    case undefined:
      return environmentRows(data, now);
  }
}

function domainRows({ environment: { stack }, domain }: UpData): [string, string][] {
  const { name = "", nameServers = [], delegated = false, certificate } = domain ?? {};
  return [
    ["domain", name],
    [
      "delegated",
      delegated
        ? "yes, to DigitalOcean"
        : `not yet: in the parent zone, add NS records for ${name} with ${nameServers.join(", ")}; then run doks-env up ${stack}`,
    ],
    ["certificate", certificate ?? "none: Let's Encrypt issues it once the domain is delegated"],
    ["use it", `doks-env up alice-dev --set domain=${name}`],
    ["take down", `doks-env unprotect ${stack} && doks-env down ${stack}`],
  ];
}

function environmentRows({ environment, kubeconfigFile }: UpData, now: Date): [string, string][] {
  const { stack, namespace, clusterName, placement, expiresAt } = environment;
  return [
    [
      "url",
      urlsOf(environment).join("\n") ||
        "none: the overlay does not have exactly one load balancer for HTTP, or `access` admits no one",
    ],
    ["namespace", namespace ?? "-"],
    ["cluster", `${clusterName ?? "-"}${placement === "namespace" ? ", shared with others" : ""}`],
    ["kubeconfig", kubeconfigFile ?? "-"],
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

function hostRows({ environment, entrance, kubeconfigFile }: UpData): [string, string][] {
  const { stack, clusterName } = environment;
  return [
    ["cluster", `${clusterName ?? "-"}, shared by environments`],
    ...(entrance === undefined ? [] : [["entrance", entranceText(entrance)] as [string, string]]),
    ["kubeconfig", kubeconfigFile ?? "-"],
    ["price", `${priceText(environment)}, with its minimum of nodes`],
    ["expires", "never"],
    ["use it", `doks-env up alice-dev --set placement=namespace --set hostStack=${stack}`],
    ["tenants", `doks-env list --host ${stack}`],
    ["take down", `doks-env unprotect ${stack} && doks-env down ${stack}`],
  ];
}

function entranceText({ address, domain, https }: NonNullable<UpData["entrance"]>): string {
  return https
    ? `${address}: https://<environment>.${domain} points there`
    : `${address}: point *.${domain} there`;
}

function priceText({ pricePerHourUsd }: UpData["environment"]): string {
  return pricePerHourUsd === undefined ? "-" : describePrice(pricePerHourUsd);
}
