import { costSoFar } from "../../lib/prices";
import type { Lock, StackRecord } from "./state/record";

/** What an environment is like, as far as its stack says. */
export type State =
  /** Its last update has declared everything. */
  | "up"
  /** Something is there, and no update has finished. */
  | "incomplete"
  /** An update holds the stack. */
  | "updating"
  /** A stack and nothing else. */
  | "empty"
  /** Its state cannot be read. */
  | "damaged";

/** One environment, as `list` shows it; in JSON, too. */
export interface Environment {
  readonly stack: string;
  readonly owner: string;
  readonly profile: string;
  readonly state: State;
  /** RFC 3339; of the cluster. */
  readonly createdAt?: string;
  /** RFC 3339 */
  readonly lastUpdateAt?: string;
  /** RFC 3339; with extensions. */
  readonly expiresAt?: string;
  readonly expired: boolean;
  readonly protected: boolean;
  readonly pricePerHourUsd?: number;
  readonly costSoFarUsd?: number;
  readonly url?: string;
  readonly namespace?: string;
  readonly clusterId?: string;
  readonly clusterName?: string;
  readonly pullRequest?: string;
  readonly commit?: string;
  readonly lockedBy: readonly Lock[];
  /** Why its state cannot be read. */
  readonly fault?: string;
}

/** What a stack's record says of its environment. */
export function environmentOf(record: StackRecord, now: Date): Environment {
  const { stack, outputs, tags, locks, fault } = record;
  const dash = stack.lastIndexOf("-");
  const createdAt = textOf(outputs.createdAt) ?? record.created;
  const expiresAt = later(textOf(outputs.expiresAt), tags.expires);
  const price = outputs.pricePerHourUsd;
  const pricePerHourUsd = typeof price === "number" ? price : undefined;
  return {
    stack,
    owner: dash > 0 ? stack.slice(0, dash) : stack,
    profile: dash > 0 ? stack.slice(dash + 1) : "",
    state: stateOf(record),
    createdAt,
    lastUpdateAt: record.lastUpdate,
    expiresAt,
    expired: expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime(),
    protected:
      tags.protected === undefined ? outputs.protected === true : tags.protected === "true",
    pricePerHourUsd,
    costSoFarUsd:
      createdAt === undefined || pricePerHourUsd === undefined
        ? undefined
        : costSoFar(pricePerHourUsd, new Date(createdAt), now),
    url: textOf(outputs.url),
    namespace: textOf(outputs.namespace),
    clusterId: textOf(outputs.clusterId),
    clusterName: textOf(outputs.clusterName),
    pullRequest: tags.pullRequest,
    commit: tags.commit,
    lockedBy: locks,
    fault,
  };
}

function stateOf({ outputs, locks, updating, fault, hasResources }: StackRecord): State {
  if (fault !== undefined) {
    return "damaged";
  }
  if (updating ?? locks.length > 0) {
    return "updating";
  }
  if (!hasResources) {
    return "empty";
  }
  return outputs.clusterId === undefined ? "incomplete" : "up";
}

/** An extension counts as long as it is later than what the last update says, never to make it earlier. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) {
    return one ?? other;
  }
  return Date.parse(one) >= Date.parse(other) ? one : other;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
