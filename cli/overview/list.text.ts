import { formatUsd } from "../../core/money/prices";
import { totalUsdPerMonth } from "../data/kept";
import type { KeptData } from "../data/kept.data";
import { type EnvironmentStatus, urlsOf } from "../stacks/environment-status";
import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import { age, timeLeft } from "../terminal/times";
import type { JudgedEnvironment } from "./list.data";

const HEADINGS = ["stack", "owner", "profile", "state", "verdict"];
const MORE_HEADINGS = ["age", "updated", "expires", "$/hour", "cost"];

/**
 * Returns the table of `list`, and the reasons for which environments could not be read.
 *
 * @param ofAll - number of all environments, including those that do not match the options
 */
export function listText(
  environments: readonly JudgedEnvironment[],
  ofAll: number,
  now: Date,
  paint: Paint,
): string {
  if (environments.length === 0) {
    return ofAll === 0
      ? "no environments; `doks-env up <your name>-dev` creates one\n"
      : `none of ${ofAll} environments matches\n`;
  }
  const isShared = environments.some(
    ({ placement }) => placement !== undefined && placement !== "cluster",
  );
  const hasKept = environments.some(({ kept }) => "unknown" in kept || kept.length > 0);
  const rows = environments.map((environment) => [
    environment.stack,
    environment.owner,
    environment.profile,
    stateText(environment, paint),
    environment.verdict.kind,
    ...(isShared ? [placementText(environment)] : []),
    or(environment.createdAt, (createdAt) => age(createdAt, now)),
    or(environment.lastUpdateAt, (at) => age(at, now)),
    or(environment.expiresAt, (at) =>
      environment.expired ? paint.red(timeLeft(at, now)) : timeLeft(at, now),
    ),
    or(environment.pricePerHourUsd, (price) => formatUsd(price, 4)),
    or(environment.costSoFarUsd, (cost) => formatUsd(cost)),
    ...(hasKept ? [keptText(environment)] : []),
    urlsOf(environment).join(" ") || "-",
  ]);
  const faults = environments.flatMap(({ stack, fault }) =>
    fault === undefined ? [] : [`\n${paint.red("!")} ${stack}: ${fault}\n`],
  );
  const headings = [
    ...[...HEADINGS, ...(isShared ? ["placement"] : []), ...MORE_HEADINGS],
    ...[...(hasKept ? ["kept data"] : []), "url"],
  ];
  const unknownKept = environments.map(({ kept }) => kept).find((kept) => "unknown" in kept);
  const shares = environments.some(({ placement }) => placement === "namespace") ? SHARES : "";
  return [
    table(headings, rows, paint),
    shares,
    unknownKeptText(unknownKept, paint),
    ...faults,
  ].join("");
}

const SHARES =
  "\nAn environment on a shared cluster is priced at its quota's share of the cluster at its largest; the shared cluster at its full price.\n";

function placementText({ placement, hostStack, clusterName }: EnvironmentStatus): string {
  return placement === "namespace" ? `in ${hostStack ?? clusterName ?? "?"}` : (placement ?? "-");
}

function keptText({ kept }: JudgedEnvironment): string {
  if ("unknown" in kept) {
    return "?";
  }
  const missing = kept.filter(({ kind }) => kind === "missing").length;
  return kept.length === 0
    ? "-"
    : `${formatUsd(totalUsdPerMonth(kept))}/month${missing === 0 ? "" : ` (${missing} missing)`}`;
}

/** The note that kept data is unknown; one request covers all environments, so one note does, too. */
function unknownKeptText(kept: KeptData | undefined, paint: Paint): string {
  return kept !== undefined && "unknown" in kept
    ? `\n${paint.red("!")} kept data is unknown: ${kept.unknown}\n`
    : "";
}

function stateText({ state, protected: isProtected }: EnvironmentStatus, paint: Paint): string {
  const text = `${state}${isProtected ? ", protected" : ""}`;
  return state === "up" ? text : state === "damaged" ? paint.red(text) : paint.yellow(text);
}

function or<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? "-" : text(value);
}
