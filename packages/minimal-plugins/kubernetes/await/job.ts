/** A Job is ready when it has completed. */
import { isOwnedBy, type KubernetesObject } from "../api/object";
import { type Pod, podFaults } from "./pods";
import {
  type Awaiter,
  type Condition,
  describeCondition,
  POD,
  type Readiness,
  ready,
  type View,
  waiting,
} from "./readiness";

interface Job extends KubernetesObject {
  readonly status?: {
    readonly startTime?: string;
    readonly active?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly conditions?: readonly Condition[];
  };
}

export const job: Awaiter = {
  related: [POD],
  onRead: true,
  assess: (view) => assess(view as View<Job>),
};

function assess(view: View<Job>): Readiness {
  const { status } = view.object;
  const met = status?.conditions?.filter((condition) => condition.status === "True") ?? [];
  if (met.some(({ type }) => type === "Complete")) {
    return ready("the Job has completed");
  }
  const { active = 0, succeeded = 0, failed = 0 } = status ?? {};
  const progress = status?.startTime
    ? `the Job runs (Pods: ${active} active, ${succeeded} succeeded, ${failed} failed)`
    : "the Job has not started";
  const failure = met.find(({ type }) => type === "Failed");
  const pods = view.all<Pod>("Pod").filter((pod) => isOwnedBy(pod, view.object));
  return {
    ...waiting(
      progress,
      ...(failure ? [describeCondition(failure)] : [progress]),
      ...pods.flatMap(podFaults),
    ),
    failed: failure !== undefined,
  };
}
