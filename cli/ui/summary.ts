import { formatDuration } from "../../lib/duration";

/** The program's stack outputs, as far as they are shown. */
export interface Outputs {
  readonly url?: string;
  readonly namespace: string;
  readonly clusterName: string;
  readonly kubeconfigFile: string;
  readonly expiresAt: string;
  readonly pricePerHourUsd: number;
}

const HOURS_PER_MONTH = 730;

/** What somebody whose environment has just come up wants to know. */
export function summary(stack: string, outputs: Outputs, now: Date): string {
  const rows: [string, string][] = [
    ["url", outputs.url ?? "none: the overlay has no load balancer, or several"],
    ["namespace", outputs.namespace],
    ["cluster", outputs.clusterName],
    [
      "kubectl",
      `kubectl --kubeconfig ${outputs.kubeconfigFile} -n ${outputs.namespace} get deploy`,
    ],
    [
      "price",
      `$${outputs.pricePerHourUsd.toFixed(4)} an hour on DigitalOcean ($${(outputs.pricePerHourUsd * HOURS_PER_MONTH).toFixed(0)} a month)`,
    ],
    [
      "expires",
      `${outputs.expiresAt.slice(0, 16).replace("T", " ")} UTC, ${timeLeft(outputs.expiresAt, now)}`,
    ],
    ["shell", `eval "$(make -s env STACK=${stack})"`],
    ["take down", `make down STACK=${stack}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return `\n${stack} is up\n\n${rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join("")}`;
}

/** In the largest unit only: nobody plans by the second. */
function timeLeft(expiresAt: string, now: Date): string {
  const hours = Math.round((Date.parse(expiresAt) - now.getTime()) / 3_600_000);
  return hours <= 0
    ? "expired"
    : `in ${/^\d+[a-z]/.exec(formatDuration(hours * 3_600))?.[0] ?? ""}`;
}
