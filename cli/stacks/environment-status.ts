import { BILLED_HOURS_PER_MONTH, costSoFar } from "../../core/money/prices";
import { PLACEMENTS } from "../../core/settings/placement";
import type { DataOf } from "../terminal/data";
import type { environmentSchema } from "./environment-status.data";
import type { StackRecord } from "./record";

/** One environment, as its stack shows it. */
export type EnvironmentStatus = DataOf<typeof environmentSchema>;
export type EnvironmentState = EnvironmentStatus["state"];

export function statusOf(record: StackRecord, now: Date): EnvironmentStatus {
  const { stack, outputs, tags, locks, fault } = record;
  const dash = stack.lastIndexOf("-");
  const asleepSince = asleepSinceIn(record);
  const life = lifeOf(record, now);
  const expiresAt = later(life.expiresAt, tags.expires);
  const price = asleepSince === undefined ? outputs.pricePerHourUsd : 0;
  const pricePerHourUsd = typeof price === "number" ? price : undefined;
  return {
    stack,
    owner: dash > 0 ? stack.slice(0, dash) : stack,
    profile: dash > 0 ? stack.slice(dash + 1) : "",
    state: stateOf(record),
    createdAt: life.createdAt,
    asleepSince,
    lastUpdateAt: record.lastUpdate,
    expiresAt,
    expired: expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime(),
    protected: isProtected(record, outputs.protected === true),
    pricePerHourUsd,
    costSoFarUsd: costOf(life, pricePerHourUsd, now),
    url: textOf(outputs.url),
    hosts: hostsOf(outputs),
    namespace: textOf(outputs.namespace),
    clusterId: textOf(outputs.clusterId),
    clusterName: textOf(outputs.clusterName),
    placement: PLACEMENTS.find((placement) => placement === outputs.placement),
    hostStack: textOf(outputs.hostStack),
    baseline: textOf(outputs.baseline),
    pullRequest: tags.pullRequest,
    commit: tags.commit,
    lockedBy: locks,
    fault,
  };
}

/**
 * Whether an environment is protected, from the tag that `protect`, `unprotect` and `up` write.
 *
 * @param setting - the setting `protect`, used if the tag is missing
 */
export function isProtected({ tags }: Pick<StackRecord, "tags">, setting: boolean): boolean {
  return tags.protected === undefined ? setting : tags.protected === "true";
}

/** Returns the start of an environment's sleep, RFC 3339; undefined while it still has resources. */
export function asleepSinceIn({ tags, hasResources }: StackRecord): string | undefined {
  return hasResources ? undefined : tags.asleep;
}

/**
 * Returns the expiry from the settings of the last update, without extensions, RFC 3339. The program counts from the
 * creation of the present cluster; after a wake the age of the cluster before counts, too.
 */
export function expiryBySettings(record: StackRecord, now: Date): string | undefined {
  return lifeOf(record, now).expiresAt;
}

/** Returns the cost of a woken environment before its wake in USD, kept data included. */
export function spentBefore(record: StackRecord, now: Date): number | undefined {
  return lifeOf(record, now).spentUsd;
}

interface Life {
  readonly createdAt?: string;
  readonly expiresAt?: string;
  /** Start of billing of its present cluster. @default - it has none, or one that is being destroyed */
  readonly awakeSince?: string;
  /** Cost before that in USD, kept data included. @default - it has never slept */
  readonly spentUsd?: number;
}

function lifeOf({ outputs, tags, created }: StackRecord, now: Date): Life {
  const clusterSince = textOf(outputs.createdAt) ?? created;
  const expiresAt = textOf(outputs.expiresAt);
  const { created: first, asleep, spent } = tags;
  if (first === undefined || !(asleep !== undefined || isContinued(outputs, tags))) {
    // A destroy that was killed before it removed the stack leaves an empty state; only the tag shows it.
    return { createdAt: clusterSince ?? first, expiresAt, awakeSince: clusterSince };
  }
  const isAwake =
    clusterSince !== undefined && !(Date.parse(clusterSince) < Date.parse(asleep ?? clusterSince));
  return {
    createdAt: first,
    expiresAt:
      clusterSince === undefined || expiresAt === undefined
        ? undefined
        : moved(expiresAt, Date.parse(first) - Date.parse(clusterSince)),
    awakeSince: isAwake ? clusterSince : undefined,
    spentUsd: rounded(Number(spent ?? 0) + keptCost(tags, isAwake ? new Date(clusterSince) : now)),
  };
}

function keptCost({ asleep, keeping }: StackRecord["tags"], until: Date): number {
  return asleep === undefined || keeping === undefined
    ? 0
    : costSoFar(Number(keeping) / BILLED_HOURS_PER_MONTH, new Date(asleep), until);
}

function rounded(usd: number): number {
  return Math.round(usd * 100) / 100;
}

function costOf(
  { awakeSince, spentUsd }: Life,
  usdPerHour: number | undefined,
  now: Date,
): number | undefined {
  if (awakeSince === undefined) {
    return spentUsd;
  }
  const cost =
    usdPerHour === undefined ? undefined : costSoFar(usdPerHour, new Date(awakeSince), now);
  return cost === undefined ? undefined : rounded((spentUsd ?? 0) + cost);
}

function isContinued(
  { clusterId }: StackRecord["outputs"],
  { continues }: StackRecord["tags"],
): boolean {
  return continues !== undefined && continues === clusterId;
}

function moved(timestamp: string, milliseconds: number): string {
  return new Date(Date.parse(timestamp) + milliseconds).toISOString();
}

function stateOf(record: StackRecord): EnvironmentState {
  const { outputs, tags, locks, updating, fault, hasResources } = record;
  if (fault !== undefined) {
    return "damaged";
  }
  if (updating ?? locks.length > 0) {
    return "updating";
  }
  if (!hasResources) {
    return tags.asleep === undefined ? "empty" : "asleep";
  }
  if (isGoing(record)) {
    return "going";
  }
  // A domain has no cluster.
  const isDeclared = outputs.clusterId !== undefined || outputs.placement === "domain";
  return isDeclared ? "up" : "incomplete";
}

/** Whether its last operation was an unfinished teardown. Plain `pulumi up` does not remove the tag, so times decide. */
function isGoing({ tags: { going }, lastUpdate }: StackRecord): boolean {
  return (
    going !== undefined && !(lastUpdate !== undefined && Date.parse(lastUpdate) > Date.parse(going))
  );
}

/** Returns the later of two times: an extension never makes the expiry earlier. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) {
    return one ?? other;
  }
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Returns the URLs of the further names. */
export function hostsOf({
  hosts,
}: StackRecord["outputs"]): Readonly<Record<string, string>> | undefined {
  return typeof hosts === "object" && hosts !== null
    ? (hosts as Readonly<Record<string, string>>)
    : undefined;
}

/** Where it answers, at its own name first. */
export function urlsOf({ url, hosts }: Pick<EnvironmentStatus, "url" | "hosts">): string[] {
  return [url ?? [], Object.values(hosts ?? {})].flat();
}
