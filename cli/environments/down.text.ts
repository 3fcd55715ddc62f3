import { formatUsd } from "../../core/money/prices";
import { keptLines } from "../data/kept";
import { describeBlocker } from "../shared-clusters/blockers";
import { pairs } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import type { DownData } from "./down.data";
import { type Leftover, RESOURCE_KINDS, type ResourceKind } from "./receipt";
import type { TakenDown } from "./take-down";

/** Kinds that an environment on a shared cluster cannot have. */
const ONLY_ON_OWN_CLUSTERS: readonly ResourceKind[] = ["clusters", "droplets", "domain records"];
const ONLY_ON_SHARED_CLUSTERS: readonly ResourceKind[] = [
  "namespaces",
  "persistent volumes",
  "domain records",
];

/** The teardown receipt: the resources that the account still has. */
export function receiptText(data: DownData, paint: Paint): string {
  const { stack, gone, costSoFarUsd } = data;
  return gone
    ? `\n${paint.bold(stack)} is gone; ${holdersOf(data).join(" still ")}\n\n${holdings(data, paint)}${unknownText(data)}${dataText(data)}${costText(costSoFarUsd)}`
    : stillThere(stack, data, "down", paint);
}

function dataText({ deletedData = [], seed }: DownData): string {
  return [
    deletedData.length === 0 ? "" : `\nDeleted data:\n\n${keptLines(deletedData)}`,
    seed &&
      `\nIts data is now seed ${seed.name}, for ${formatUsd(seed.usdPerMonth)} a month: ${seed.claims.join(", ")}\n  \`doks-env up <stack> --seed ${seed.name}\` starts with it.\n`,
  ].join("");
}

export function stillThere(stack: string, taken: TakenDown, command: string, paint: Paint): string {
  const [holders, have] = holdersOf(taken);
  const title = `${paint.bold(stack)}: ${holders} ${paint.red(`still ${have}`)}`;
  const removals = taken.left.map(({ removal }) => `  ${removal}\n`).join("");
  return (
    `\n${title}\n\n${holdings(taken, paint)}${unknownText(taken)}` +
    `\nThe stack is kept. Run \`doks-env ${command} ${stack}\` again, or remove the rest yourself:\n\n${removals}`
  );
}

export function holdersOf({ sharedCluster }: TakenDown): readonly [string, string] {
  return sharedCluster === undefined || sharedCluster.gone
    ? ["DigitalOcean", "has"]
    : [`cluster ${sharedCluster.id} and DigitalOcean`, "have"];
}

export function holdings({ left, sharedCluster }: TakenDown, paint: Paint): string {
  const impossible = sharedCluster === undefined ? ONLY_ON_SHARED_CLUSTERS : ONLY_ON_OWN_CLUSTERS;
  const rows = RESOURCE_KINDS.flatMap((kind): [string, string][] => {
    const things = left.filter((thing) => thing.kind === kind);
    return things.length === 0 && impossible.includes(kind)
      ? []
      : [[kind, [String(things.length), ...things.map(({ name }) => name)].join("  ")]];
  });
  return pairs(rows, paint);
}

/** Removed finalizers, and clusters and records outside of the stack's state. */
export function unknownText({ strays = [], foreign = [], released = [] }: TakenDown): string {
  const deleted = strays.map(({ id, name }) => `  ${name} (${id})\n`).join("");
  const lines = (things: readonly Leftover[]) =>
    things.map(({ name, removal }) => `  ${name}: ${removal}\n`).join("");
  const kept = lines(foreign.filter(({ kind }) => kind !== "domain records"));
  const leading = lines(foreign.filter(({ kind }) => kind === "domain records"));
  const letGo = released.map((object) => `  ${describeBlocker(object)}\n`).join("");
  return [
    letGo &&
      `\nNo controller removed the finalizers of these objects in time, so the teardown did. Resources outside of the cluster that belong to them may still exist:\n\n${letGo}`,
    deleted && `\nKilled updates had left these clusters, which were deleted:\n\n${deleted}`,
    kept &&
      `\nThese clusters have the same name but not the environment's id, so they were not touched. If one is yours, remove it:\n\n${kept}`,
    leading &&
      `\nThese records do not belong to the environment, but point to an address that its load balancers have given back. Remove them:\n\n${leading}`,
  ].join("");
}

export function costText(usd: number | undefined): string {
  return usd === undefined ? "" : `\n  Estimated cost: ${formatUsd(usd)}\n`;
}
