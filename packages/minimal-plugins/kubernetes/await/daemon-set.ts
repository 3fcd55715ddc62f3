/** A DaemonSet is ready when every node that is to have its pod has an available one of the newest template. */
import { isOwnedBy, type KubernetesObject } from "../api/object";
import { type Pod, podFaults } from "./pods";
import { type Awaiter, POD, type Readiness, ready, type View, waiting } from "./readiness";

interface DaemonSet extends KubernetesObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly numberReady?: number;
  };
}

export const daemonSet: Awaiter = {
  related: [POD],
  onRead: true,
  assess: (view) => assess(view as View<DaemonSet>),
};

function assess(view: View<DaemonSet>): Readiness {
  const { metadata, status } = view.object;
  if (status?.observedGeneration !== metadata.generation) {
    return waiting("the DaemonSet controller has not yet taken up the change");
  }
  const wanted = status?.desiredNumberScheduled ?? 0;
  const stages: [string, number | undefined][] = [
    ["created", status?.currentNumberScheduled],
    ["updated", status?.updatedNumberScheduled],
    ["available", status?.numberAvailable],
    ["ready", status?.numberReady],
  ];
  const missing = stages.find(([, count]) => (count ?? 0) < wanted);
  if (missing === undefined) {
    return ready(`all ${wanted} Pods are available`);
  }
  const pods = view.all<Pod>("Pod").filter((pod) => isOwnedBy(pod, view.object));
  const progress = `${missing[1] ?? 0} of ${wanted} Pods are ${missing[0]}`;
  return waiting(progress, progress, ...pods.flatMap(podFaults));
}
