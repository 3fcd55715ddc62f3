import { describePrice, formatUsd } from "../../core/money/prices";
import { keptLines, totalUsdPerMonth } from "../data/kept";
import type { KeptData } from "../data/kept.data";
import { type EnvironmentStatus, urlsOf } from "../stacks/environment-status";
import type { PastUpdate } from "../stacks/history";
import { describeLock } from "../stacks/locks";
import { pairs, table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { age, moment, timeLeft } from "../terminal/times";
import type { InCluster, ShowData } from "./show.data";

export function showText(data: ShowData, now: Date, paint: Paint): string {
  const sections: [string, string][] = [
    [data.environment.stack, aboutText(data.environment, now, paint)],
    ["settings", settingsText(data.settings, paint)],
    ["images", data.images.map((image) => `  ${image}\n`).join("") || "  none\n"],
    ...clusterSections(data.cluster, now, paint),
    ...keptSection(data.kept),
    ["verdict", verdictText(data.verdict)],
    ["last updates", updatesText(data.updates, now, paint)],
  ];
  return sections.map(([title, text]) => `${paint.bold(title)}\n${text}`).join("\n");
}

function aboutText(environment: EnvironmentStatus, now: Date, paint: Paint): string {
  const { pricePerHourUsd, costSoFarUsd, createdAt, expiresAt, lockedBy, fault } = environment;
  const { asleepSince, stack } = environment;
  const rows: [string, string | undefined][] = [
    ["state", environment.state],
    [
      "asleep",
      asleepSince && `${moment(asleepSince)}, ${age(asleepSince, now)} ago; doks-env wake ${stack}`,
    ],
    ["fault", fault],
    ["locked by", lockedBy.map((lock) => describeLock(lock, now)).join("; ") || undefined],
    ["owner", environment.owner],
    ["profile", environment.profile],
    ["pull request", environment.pullRequest],
    ["commit", environment.commit],
    ["url", urlsOf(environment).join("\n") || undefined],
    ["namespace", environment.namespace],
    ["cluster", environment.clusterName],
    ["placement", environment.placement],
    ["runs on", environment.hostStack],
    ["baseline", environment.baseline],
    ["created", createdAt && `${moment(createdAt)}, ${age(createdAt, now)} ago`],
    ["expires", expiresAt && `${moment(expiresAt)}, ${timeLeft(expiresAt, now)}`],
    ["protected", environment.protected ? "yes" : "no"],
    ["price", pricePerHourUsd === undefined ? undefined : describePrice(pricePerHourUsd)],
    ["cost so far", costSoFarUsd === undefined ? undefined : formatUsd(costSoFarUsd)],
  ];
  return pairs(
    rows.filter((row): row is [string, string] => row[1] !== undefined),
    paint,
  );
}

function verdictText(verdict: ShowData["verdict"]): string {
  return "unknown" in verdict
    ? `  ${verdict.unknown}\n`
    : verdict.timeline.map((line) => `  ${line}\n`).join("");
}

function settingsText(settings: ShowData["settings"], paint: Paint): string {
  if ("unknown" in settings && typeof settings.unknown === "string") {
    return `  ${settings.unknown}\n`;
  }
  const rows = Object.entries(settings).map(([path, { value, origin }]) => [
    `  ${path}`,
    typeof value === "string" ? value : JSON.stringify(value),
    origin === "default" ? paint.dim(origin) : origin,
  ]);
  return table(["  setting", "value", "from"], rows, paint);
}

function clusterSections(cluster: InCluster, now: Date, paint: Paint): [string, string][] {
  if ("unknown" in cluster) {
    return [["cluster", `  unknown: ${cluster.unknown}\n`]];
  }
  const workloads = cluster.workloads.map(({ kind, name, ready, desired, state, reason }) => [
    `  ${kind}/${name}`,
    `${ready}/${desired}`,
    state === "ready"
      ? paint.green(state)
      : state === "failed"
        ? paint.red(state)
        : paint.yellow(state),
    reason ?? "",
  ]);
  const nodes = cluster.nodes.map(({ name, size, ready, version, createdAt, reason }) => [
    `  ${name}`,
    size ?? "-",
    ready ? paint.green("ready") : paint.red(reason ?? "not ready"),
    version,
    age(createdAt, now),
  ]);
  const quota = cluster.quota.map(({ resource, used, hard }) => [`  ${resource}`, used, hard]);
  return [
    ["workloads", table(["  workload", "ready", "state", "why"], workloads, paint)],
    ...(quota.length === 0
      ? []
      : [["quota", table(["  resource", "used", "of"], quota, paint)] as [string, string]]),
    ["nodes", table(["  node", "size", "state", "version", "age"], nodes, paint)],
  ];
}

function keptSection(kept: KeptData): [string, string][] {
  if ("unknown" in kept) {
    return [["kept data", `  unknown: ${kept.unknown}\n`]];
  }
  return kept.length === 0
    ? []
    : [[`kept data, ${formatUsd(totalUsdPerMonth(kept))} a month`, keptLines(kept)]];
}

/** The results of Pulumi's operations. */
const DONE: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

function seconds(from: string, to: string): string {
  return `${Math.round((Date.parse(to) - Date.parse(from)) / 1000)} s`;
}

function updatesText(updates: readonly PastUpdate[], now: Date, paint: Paint): string {
  if (updates.length === 0) {
    return "  none\n";
  }
  const rows = updates.map(({ kind, result, startedAt, endedAt, changes }) => [
    `  ${kind}`,
    result === "succeeded"
      ? paint.green(result)
      : result === "failed"
        ? paint.red(result)
        : paint.yellow(result),
    `${age(startedAt, now)} ago`,
    // Pulumi Cloud also lists a running update, which has no end yet.
    result === "in-progress" ? "-" : seconds(startedAt, endedAt),
    Object.entries(changes)
      .map(([operation, count]) => `${count ?? 0} ${DONE[operation] ?? operation}`)
      .join(", "),
  ]);
  return table(["  update", "result", "when", "took", "changes"], rows, paint);
}
