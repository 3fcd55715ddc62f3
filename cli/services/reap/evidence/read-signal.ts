import {
  absent,
  failed,
  lastUpdate,
  SIGNALS,
  type Signal,
  type SignalName,
} from "../../../../lib/reap/evidence";
import type { Situation } from "../../../../lib/reap/situation";
import type { Need } from "../../../../lib/reap/verdict";
import type { DigitalOcean } from "../../digitalocean";
import { reasonOf } from "../../state/reason";
import type { StackRecord } from "../../state/record";
import type { Inventory } from "../account";
import { processorSignals } from "./processor";
import { type PullRequests, pushSignal } from "./push";
import { type Namespace, rolloutSignal } from "./rollout";
import { trafficSignals } from "./traffic";
import { useSignal } from "./use";

/** Where evidence is read. */
export interface EvidenceSources {
  readonly account: DigitalOcean;
  readonly inventory: Inventory;
  /** @default - no repository is configured */
  readonly pullRequests?: PullRequests;
  /** Opens an environment's namespace. */
  readonly namespace: (record: StackRecord) => Promise<Namespace>;
  /** Aborted when the command is to end: then nothing counts as unreadable. */
  readonly signal: AbortSignal;
}

/** One environment, as its stack tells it. */
export interface Subject {
  readonly record: StackRecord;
  readonly situation: Situation;
  /** Number of the pull request that it is for. */
  readonly pullRequest?: number;
}

/**
 * Reads one signal of an environment. One that cannot be read has failed, with the reason.
 *
 * Requests beside the lists, for an environment: none for its last update and use, one to GitHub for the last push; one to
 * DigitalOcean for each day asked for and load balancer (two if it forwards both TCP and UDP), and for each day and node;
 * four to the cluster for rollouts, and one to DigitalOcean for a credential unless that of an earlier run still holds.
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

async function read(
  { account, inventory, pullRequests, namespace }: EvidenceSources,
  { record, situation, pullRequest }: Subject,
  { signal, ...range }: Need,
): Promise<Signal[]> {
  const { clusterIds } = situation;
  switch (signal) {
    case "update":
      return [lastUpdate(situation)];
    case "use":
      return [useSignal(record.tags.lastUsed)];
    case "push":
      return [await pushSignal(pullRequest, pullRequests)];
    case "traffic":
      return clusterIds.length === 0
        ? [withoutCluster(signal, record)]
        : trafficSignals(account, inventory, clusterIds, range);
    case "processor":
      return clusterIds.length === 0
        ? [withoutCluster(signal, record)]
        : processorSignals(account, inventory, clusterIds, range);
    case "rollout":
      return [
        clusterIds.length === 0
          ? withoutCluster(signal, record)
          : await rolloutSignal(await namespace(record)),
      ];
  }
}

/** Where a cluster is not the stack's own, what is measured there is everybody's. */
function withoutCluster(signal: SignalName, { outputs }: StackRecord): Signal {
  return outputs.clusterId === undefined
    ? absent(signal, "cluster", "it has no cluster")
    : failed(signal, "cluster", "it is not its own, and what is measured there is everybody's");
}
