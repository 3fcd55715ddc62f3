import { UserError } from "../errors";
import { parseQuantity } from "../quantity";
import { allocatableOf, type Capacity, type DropletSize } from "./node-capacity";

/** Nodes of one size, at their maximum number. */
export interface Nodes {
  readonly count: number;
  readonly size: DropletSize;
}

/** The part of a quota that uses nodes. */
export interface ComputeQuota {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: number;
}

/** A namespace on the cluster, and its quota. */
export interface QuotaClaim {
  readonly namespace: string;
  readonly quota: ComputeQuota;
}

/** The capacity that all nodes of a cluster leave for pods. */
export function capacityOf(nodes: readonly Nodes[]): Capacity {
  return nodes
    .map(({ count, size }) => scaled(allocatableOf(size), count))
    .reduce(sum, { millicores: 0, memoryMiB: 0, pods: 0 });
}

/** The share of a cluster that a quota takes, from 0 to 1 or more: the largest share of any resource. */
export function shareOf(quota: ComputeQuota, capacity: Capacity): number {
  const { millicores, memoryMiB } = capacityIn(quota);
  return Math.max(millicores / capacity.millicores, memoryMiB / capacity.memoryMiB);
}

/**
 * Requires that a cluster has room for one more quota.
 *
 * @param claims - the quotas of the existing environments, without the one that asks
 * @param overcommit - the factor by which the sum of all quotas may exceed the capacity
 * @throws {UserError} that lists every environment's quota
 */
export function requireRoom(
  asked: QuotaClaim,
  claims: readonly QuotaClaim[],
  capacity: Capacity,
  overcommit: number,
): void {
  const limit = scaled(capacity, overcommit);
  const total = [asked, ...claims].map(({ quota }) => capacityIn(quota)).reduce(sum);
  const lacking = RESOURCES.filter(({ key }) => total[key] > limit[key]);
  if (lacking.length === 0) {
    return;
  }
  const shortfalls = lacking.map(
    ({ key, name, shown }) => `${shown(total[key])} of ${shown(limit[key])} ${name}`,
  );
  const own = capacityIn(asked.quota);
  const room = RESOURCES.map(
    ({ key, name, shown }) => `${shown(Math.max(limit[key] - total[key] + own[key], 0))} ${name}`,
  );
  const users = [...claims]
    .sort((a, b) => shareOf(b.quota, capacity) - shareOf(a.quota, capacity))
    .map(({ namespace, quota }) => `    ${namespace}: ${describe(quota)}`);
  throw new UserError(
    [
      `the shared cluster has no room for a quota of ${describe(asked.quota)}: all quotas together would be ${shortfalls.join(" and ")}` +
        (overcommit === 1 ? "" : ` (its capacity times overcommit ${overcommit})`),
      ...(users.length === 0 ? [] : ["  existing quotas:", ...users]),
      `  free: ${room.join(", ")}`,
    ].join("\n"),
    "take an environment down, lower the quota (pulumi config set --path quota.cpu <less>), or raise maxNodes of the shared cluster",
  );
}

const RESOURCES = [
  { key: "millicores", name: "CPUs", shown: (value: number) => String(value / 1000) },
  {
    key: "memoryMiB",
    name: "memory",
    shown: (value: number) => `${Math.round((value / 1024) * 10) / 10}Gi`,
  },
  { key: "pods", name: "pods", shown: String },
] as const;

function describe({ cpu, memory, pods }: ComputeQuota): string {
  return `${cpu} CPUs, ${memory} memory and ${pods} pods`;
}

function capacityIn({ cpu, memory, pods }: ComputeQuota): Capacity {
  return {
    millicores: (parseQuantity(cpu) ?? 0) * 1000,
    memoryMiB: (parseQuantity(memory) ?? 0) / 2 ** 20,
    pods,
  };
}

function scaled({ millicores, memoryMiB, pods }: Capacity, by: number): Capacity {
  return { millicores: millicores * by, memoryMiB: memoryMiB * by, pods: pods * by };
}

function sum(one: Capacity, other: Capacity): Capacity {
  return {
    millicores: one.millicores + other.millicores,
    memoryMiB: one.memoryMiB + other.memoryMiB,
    pods: one.pods + other.pods,
  };
}
