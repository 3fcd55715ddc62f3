/** A StatefulSet is ready when every replica is, and all are of the newest revision. */
import { isOwnedBy, type KubernetesObject } from "../api/object";
import { type Pod, podFaults } from "./pods";
import { type Awaiter, POD, type Readiness, ready, type View, waiting } from "./readiness";

interface StatefulSet extends KubernetesObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export const statefulSet: Awaiter = {
  related: [POD],
  onRead: true,
  assess: (view) => assess(view as View<StatefulSet>),
};

function assess(view: View<StatefulSet>): Readiness {
  const { metadata, spec, status } = view.object;
  const wanted = spec?.replicas ?? 0;
  const generation = metadata.generation ?? 0;
  const {
    observedGeneration = 0,
    replicas = 0,
    readyReplicas = 0,
    currentReplicas = 0,
    updatedReplicas = 0,
    currentRevision = "",
    updateRevision = "",
  } = status ?? {};
  const isSeen = observedGeneration >= generation;
  // With this strategy, the user replaces the pods at any time.
  const isLeftToUser = generation > 1 && spec?.updateStrategy?.type === "OnDelete";
  const hasRevision =
    isLeftToUser || (currentRevision !== "" && currentRevision === updateRevision);
  const hasReplicas =
    replicas === wanted && readyReplicas === wanted && (isLeftToUser || currentReplicas === wanted);

  if (isSeen && hasRevision && hasReplicas) {
    return ready(`all ${wanted} Pods are ready`);
  }
  const isCurrent = isSeen && hasRevision;
  const done = isCurrent ? readyReplicas : Math.min(readyReplicas, updatedReplicas);
  const pods = view.all<Pod>("Pod").filter((pod) => isOwnedBy(pod, view.object));
  return waiting(
    `${done} of ${wanted} Pods are ready`,
    ...(isSeen && hasReplicas ? [] : [`${done} of ${wanted} Pods are ready`]),
    ...(isCurrent
      ? []
      : [
          `Pods of revision "${currentRevision}" are not yet replaced by revision "${updateRevision}"`,
        ]),
    ...pods.flatMap(podFaults),
  );
}
