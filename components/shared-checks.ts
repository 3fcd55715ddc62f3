import * as digitalocean from "@pulumi/digitalocean";
import { UserError } from "../core/errors";
import type { Capacity } from "../core/money/node-capacity";
import { type ComputeQuota, capacityOf, requireRoom } from "../core/money/shared-capacity";
import { PROJECT_LABEL, STACK_LABEL } from "../core/tags";
import type { ClusterObject } from "./cluster-objects";
import { fault } from "./fault";
import type { SharedCluster, SharedPool } from "./shared-cluster";

/** Name of the ResourceQuota of every environment. */
const QUOTA = "environment";

interface ResourceQuota extends ClusterObject {
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
}

/**
 * Makes sure that the namespace is free, or this very stack's.
 *
 * @param owner - labels that the stack puts on its namespace
 * @throws pulumi.RunError when it is somebody else's, or on its way out
 */
export async function requireOwnNamespace(
  { objects, name: cluster }: SharedCluster,
  namespace: string,
  owner: Readonly<Record<string, string>>,
): Promise<void> {
  const existing = await objects.find(`/api/v1/namespaces/${namespace}`);
  if (existing === undefined) {
    return;
  }
  const { labels = {}, deletionTimestamp } = existing.metadata;
  const foreign = [PROJECT_LABEL, STACK_LABEL].filter((label) => labels[label] !== owner[label]);
  if (foreign.length > 0) {
    const stack = labels[STACK_LABEL];
    throw fault(
      `namespace "${namespace}" of cluster "${cluster}" exists already and is not this stack's: ` +
        (stack === undefined
          ? "it was not made by this project"
          : `it is stack "${stack}" of project "${labels[PROJECT_LABEL] ?? "unknown"}"`),
      "give the stack another name with `pulumi stack rename <owner>-<profile>`, or have its owner remove the namespace",
    );
  }
  if (deletionTimestamp !== undefined) {
    throw fault(
      `namespace "${namespace}" of cluster "${cluster}" is being deleted since ${deletionTimestamp}`,
      `wait until it is gone; \`kubectl get namespace ${namespace} -o yaml\` says in its conditions what it waits for`,
    );
  }
}

/**
 * Makes sure that the environment whose services stand in for others is there.
 *
 * @param baseline - its stack, and the namespace of that
 * @throws pulumi.RunError when it is not an environment of this project on the same cluster
 */
export async function requireBaseline(
  { objects, name: cluster }: SharedCluster,
  baseline: { readonly stack: string; readonly namespace: string },
  namespace: string,
): Promise<void> {
  const existing = await objects.find(`/api/v1/namespaces/${baseline.namespace}`);
  const { labels = {}, deletionTimestamp } = existing?.metadata ?? {};
  const isEnvironment = labels[STACK_LABEL] === baseline.namespace;
  if (baseline.namespace === namespace || !isEnvironment || deletionTimestamp !== undefined) {
    throw fault(
      `baseline "${baseline.stack}" is no ${baseline.namespace === namespace ? "other " : ""}environment that is up on cluster "${cluster}"`,
      "pulumi config set baseline <stack of an environment on the same cluster>",
    );
  }
}

/**
 * Makes sure that the quotas of all environments on the cluster, with the one that is asked for, fit on its nodes.
 *
 * @param overcommit - how far they may exceed the capacity together
 * @throws pulumi.RunError that says who has how much
 */
export async function requireSharedRoom(
  { objects }: SharedCluster,
  asked: { readonly namespace: string; readonly quota: ComputeQuota },
  capacity: Capacity,
  overcommit: number,
): Promise<void> {
  const quotas = await objects.list<ResourceQuota>(
    `/api/v1/resourcequotas?labelSelector=${encodeURIComponent(STACK_LABEL)}&fieldSelector=metadata.name%3D${QUOTA}`,
  );
  const claims = quotas
    .map(({ metadata, spec: { hard = {} } = {} }) => ({
      namespace: metadata.namespace ?? "",
      quota: {
        cpu: hard["requests.cpu"] ?? "0",
        memory: hard["requests.memory"] ?? "0",
        pods: Number(hard.pods ?? 0),
      },
    }))
    .filter(({ namespace }) => namespace !== asked.namespace);
  try {
    requireRoom(asked, claims, capacity, overcommit);
  } catch (error) {
    throw error instanceof UserError ? fault(error.message, error.fix) : error;
  }
}

/** What a cluster's nodes can give, and what they cost an hour in USD, with every pool at its largest. */
export interface Largest {
  readonly capacity: Capacity;
  readonly nodes: number;
  readonly usdPerHour: number;
}

/** Looks up what node pools are at their largest. */
export async function largestOf(pools: readonly SharedPool[]): Promise<Largest> {
  const { sizes } = await digitalocean.getSizes({});
  const nodes = pools.flatMap(({ size: slug, maxCount }) => {
    const size = sizes.find((candidate) => candidate.slug === slug);
    return size === undefined
      ? []
      : [
          {
            count: maxCount,
            size: { vcpus: size.vcpus, memoryMiB: size.memory },
            usdPerHour: size.priceHourly,
          },
        ];
  });
  return {
    capacity: capacityOf(nodes),
    nodes: nodes.reduce((total, { count }) => total + count, 0),
    usdPerHour: nodes.reduce((total, { count, usdPerHour }) => total + count * usdPerHour, 0),
  };
}

/** @throws pulumi.RunError when the settings count on the cluster's registry integration and it has none */
export function requireIntegration(cluster: SharedCluster, access: string): void {
  if (access === "integration" && !cluster.registryIntegration) {
    throw fault(
      `the shared cluster "${cluster.name}" is not integrated with the account's registry, and an environment on it does not change it`,
      "pulumi config set --path registry.access pullSecret",
    );
  }
}
