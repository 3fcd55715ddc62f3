import type { CustomResource, Kinds, TellingKind } from "./api-objects";
import type { ClusterClient } from "./client";
import { ForbiddenError } from "./cluster-error";

/** The readable objects of a namespace and its cluster at one moment. */
export interface Snapshot {
  readonly objects: { readonly [K in TellingKind]: readonly Kinds[K][] };
  readonly customResources: readonly CustomResource[];
  /** Kinds that may not be read: their lists are empty, and mean nothing. */
  readonly unread: readonly TellingKind[];
  readonly takenAt: Date;
}

/** Kinds that no role in a namespace lets its owner read, because hardly anybody has them: they are not missed. */
const RARE: readonly TellingKind[] = ["ReplicationController"];

/** Events that say that something goes wrong, and those of the autoscaler, which say that it will go well. */
const EVENT_SELECTORS = ["type=Warning", "reason=TriggeredScaleUp"];

/**
 * Reads everything that tells how a namespace's workloads do.
 *
 * @param customGroups - whose custom resources are read. @default - those of all groups
 * @throws {UserError} when the cluster cannot be asked, or the namespace's pods may not be read
 */
export async function readSnapshot(
  client: ClusterClient,
  namespace: string,
  takenAt: Date,
  customGroups?: readonly string[],
): Promise<Snapshot> {
  const unread: TellingKind[] = [];
  const read = async <K extends TellingKind>(
    kind: K,
    fieldSelector?: string,
  ): Promise<Kinds[K][]> => {
    try {
      return await client.list(kind, namespace, fieldSelector);
    } catch (error) {
      // A namespaced role sees no nodes, a narrow one no claims: what can be seen is told all the same.
      if (error instanceof ForbiddenError && kind !== "Pod") {
        unread.push(...(RARE.includes(kind) ? [] : [kind]));
        return [];
      }
      throw error;
    }
  };
  const [
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    replicationControllers,
    jobs,
    cronJobs,
    autoscalers,
    pods,
    services,
    claims,
    ingresses,
    nodes,
    events,
    customResources,
  ] = await Promise.all([
    read("Deployment"),
    read("ReplicaSet"),
    read("StatefulSet"),
    read("DaemonSet"),
    read("ReplicationController"),
    read("Job"),
    read("CronJob"),
    read("HorizontalPodAutoscaler"),
    read("Pod"),
    read("Service"),
    read("PersistentVolumeClaim"),
    read("Ingress"),
    read("Node"),
    Promise.all(EVENT_SELECTORS.map((selector) => read("Event", selector))),
    Promise.all(
      (customGroups ?? [undefined]).map((group) => client.customResources(namespace, group)),
    ),
  ]);
  return {
    objects: {
      Deployment: deployments,
      ReplicaSet: replicaSets,
      StatefulSet: statefulSets,
      DaemonSet: daemonSets,
      ReplicationController: replicationControllers,
      Job: jobs,
      CronJob: cronJobs,
      HorizontalPodAutoscaler: autoscalers,
      Pod: pods,
      Service: services,
      PersistentVolumeClaim: claims,
      Ingress: ingresses,
      // Most clusters have neither.
      IngressClass: ingresses.length === 0 ? [] : await read("IngressClass"),
      Node: nodes,
      Event: events.flat(),
    },
    customResources: customResources.flat(),
    unread: [...new Set(unread)].sort(),
    takenAt,
  };
}
