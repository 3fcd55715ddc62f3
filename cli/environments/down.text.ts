import { formatUsd } from "../../core/money/prices";
import { keptLines } from "../data/kept";
import { describeBlocker } from "../shared-clusters/blockers";
import { pairs } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import type { DownData } from "./down.data";
import { type Leftover, RESOURCE_KINDS, type ResourceKind } from "./receipt";
import type { TakenDown } from "./take-down";

/** Kinds that an environment on a shared cluster cannot have. */
const OF_OWN_CLUSTERS: readonly ResourceKind[] = ["clusters", "droplets", "domain records"];
const OF_SHARED_CLUSTERS: readonly ResourceKind[] = [
  "namespaces",
  "persistent volumes",
  "domain records",
];

/** The teardown receipt: what the account holds of an environment that was taken down. */
export function receiptText(data: DownData, paint: Paint): string {
  const { stack, gone, costSoFarUsd } = data;
  return gone
    ? `\n${paint.bold(stack)} is gone; ${holdersOf(data).join(" ")} of it\n\n${holdings(data, paint)}${unknownText(data)}${dataText(data)}${costText(costSoFarUsd)}`
    : stillThere(stack, data, "down", paint);
}

function dataText({ deletedData = [], seed }: DownData): string {
  return [
    deletedData.length === 0 ? "" : `\nDeleted of its data:\n\n${keptLines(deletedData)}`,
    seed &&
      `\nIts data is seed ${seed.name} now, for ${formatUsd(seed.usdPerMonth)} a month: ${seed.claims.join(", ")}\n  \`doks-env up <stack> --seed ${seed.name}\` starts with it.\n`,
  ].join("");
}

export function stillThere(stack: string, taken: TakenDown, command: string, paint: Paint): string {
  const [holders, hold] = holdersOf(taken);
  const title = `${paint.bold(stack)}: ${holders} ${paint.red(`still ${hold}`)}`;
  const removals = taken.left.map(({ removal }) => `  ${removal}\n`).join("");
  return (
    `\n${title}\n\n${holdings(taken, paint)}${unknownText(taken)}` +
    `\nThe stack is kept. Run \`doks-env ${command} ${stack}\` again, or remove what is left:\n\n${removals}`
  );
}

export function holdersOf({ sharedCluster }: TakenDown): readonly [string, string] {
  return sharedCluster === undefined || sharedCluster.gone
    ? ["DigitalOcean", "holds"]
    : [`cluster ${sharedCluster.id} and DigitalOcean`, "hold"];
}

export function holdings({ left, sharedCluster }: TakenDown, paint: Paint): string {
  const untold = sharedCluster === undefined ? OF_SHARED_CLUSTERS : OF_OWN_CLUSTERS;
  const rows = RESOURCE_KINDS.flatMap((kind): [string, string][] => {
    const things = left.filter((thing) => thing.kind === kind);
    return things.length === 0 && untold.includes(kind)
      ? []
      : [[kind, [String(things.length), ...things.map(({ name }) => name)].join("  ")]];
  });
  return pairs(rows, paint);
}

/** Finalizers that were removed, and clusters that the stack's state did not know: deleted ones, and somebody else's. */
export function unknownText({ strays = [], foreign = [], released = [] }: TakenDown): string {
  const deleted = strays.map(({ id, name }) => `  ${name} (${id})\n`).join("");
  const lines = (things: readonly Leftover[]) =>
    things.map(({ name, removal }) => `  ${name}: ${removal}\n`).join("");
  const kept = lines(foreign.filter(({ kind }) => kind !== "domain records"));
  const leading = lines(foreign.filter(({ kind }) => kind === "domain records"));
  const letGo = released.map((object) => `  ${describeBlocker(object)}\n`).join("");
  return [
    letGo &&
      `\nNobody had removed the finalizers of these objects in time, so they were removed; what they stand for outside of the cluster may still be there:\n\n${letGo}`,
    deleted &&
      `\nUpdates that were killed had left these clusters, which were deleted:\n\n${deleted}`,
    kept &&
      `\nThese clusters are called the same and do not carry its id, so they were not touched. If one is yours, remove it:\n\n${kept}`,
    leading &&
      `\nThese records are not the environment's, and lead to an address of its load balancers, which is given back. Remove them:\n\n${leading}`,
  ].join("");
}

export function costText(usd: number | undefined): string {
  return usd === undefined ? "" : `\n  Estimated cost: ${formatUsd(usd)}\n`;
}
