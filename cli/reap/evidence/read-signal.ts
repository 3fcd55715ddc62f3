import type { DigitalOcean } from "../../account/digitalocean";
import { reasonOf } from "../../stacks/reason";
import type { StackRecord } from "../../stacks/record";
import type { Inventory } from "../account";
import { absent, failed, lastUpdate, SIGNALS, type Signal } from "../policy/evidence";
import type { Situation } from "../policy/situation";
import type { Need } from "../policy/verdict";
import { ofClusters } from "./measurements";
import { processorSignals } from "./processor";
import { type PullRequests, pushSignal } from "./push";
import { type Namespace, rolloutSignal } from "./rollout";
import { throughWhich, trafficSignals } from "./traffic";
import { useSignal } from "./use";

export interface EvidenceSources {
  readonly account: DigitalOcean;
  readonly inventory: Inventory;
  /** @default - no repository is configured */
  readonly pullRequests?: PullRequests;
  /** Opens an environment's namespace. */
  readonly namespace: (record: StackRecord) => Promise<Namespace>;
  /** Aborted when the command must end; a read then throws instead of returning a failed signal. */
  readonly signal: AbortSignal;
}

/** One environment, from its stack. */
export interface Subject {
  readonly record: StackRecord;
  readonly situation: Situation;
  readonly pullRequest?: number;
}

/**
 * Reads one signal of an environment. An error becomes a failed signal with the reason.
 *
 * Requests for an environment in addition to the lists: none for its last update and use, and one to GitHub for the last
 * push. One to DigitalOcean for each requested day and load balancer (two if it forwards both TCP and UDP), and for each
 * day and node. Four to the cluster for rollouts, one more on a shared cluster for traffic, and one to DigitalOcean for a
 * credential unless an earlier one is still valid.
 *
 * @returns at least one
 */
export async function readSignal(
  sources: EvidenceSources,
  subject: Subject,
  need: Need,
): Promise<Signal[]> {
  try {
    return await read(sources, subject, need);
  } catch (error) {
    return [failed(need.signal, SIGNALS[need.signal], reasonOf(error))];
  } finally {
    sources.signal.throwIfAborted();
  }
}

async function read(sources: EvidenceSources, subject: Subject, need: Need): Promise<Signal[]> {
  const { pullRequests } = sources;
  const { record, situation, pullRequest } = subject;
  switch (need.signal) {
    case "update":
      return [lastUpdate(situation)];
    case "use":
      return [useSignal(record.tags.lastUsed)];
    case "push":
      return [await pushSignal(pullRequest, pullRequests)];
    case "traffic":
    case "processor":
    case "rollout":
      return readInCluster(sources, subject, { ...need, signal: need.signal });
  }
}

type ClusterSignal = "traffic" | "processor" | "rollout";

/** On a shared cluster, measurements cover all environments, except those of the environment's namespace. */
async function readInCluster(
  { account, inventory, namespace }: EvidenceSources,
  { record, situation }: Subject,
  { signal, ...range }: Need & { readonly signal: ClusterSignal },
): Promise<Signal[]> {
  const { droplet: droplets, "load balancer": loadBalancers } = inventory;
  const shared = sharedClusterOf(record);
  const clusterIds = shared === undefined ? situation.clusterIds : [shared];
  if (clusterIds.length === 0) {
    return [absent(signal, "cluster", "it has no cluster")];
  }
  switch (signal) {
    case "traffic": {
      const all = ofClusters(loadBalancers, clusterIds);
      const its =
        shared === undefined ? all : await throughWhich(record, await namespace(record), all);
      return trafficSignals(account, its, range);
    }
    case "processor":
      return shared === undefined
        ? processorSignals(account, ofClusters(droplets, clusterIds), range)
        : [absent(signal, "nodes", "its environments share them, and DOKS does not measure pods")];
    case "rollout":
      return [await rolloutSignal(await namespace(record))];
  }
}

/** Returns the shared cluster of an environment. */
function sharedClusterOf({ outputs: { placement, clusterId } }: StackRecord): string | undefined {
  return placement === "namespace" && typeof clusterId === "string" ? clusterId : undefined;
}
