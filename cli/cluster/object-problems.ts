import type {
  KubernetesObject,
  V1CronJob,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { nameOf, unmetCondition } from "./api-objects";
import { claimProblem } from "./claim";
import { customResourceProblem } from "./conditions";
import { eventsAbout, newestOf } from "./events";
import { excerpt } from "./excerpt";
import { ingressProblem } from "./ingress";
import { change, type FixFor } from "./likely-fix";
import { nodeProblem } from "./nodes";
import { isOverdue, type Problem } from "./problem";
import { refusal } from "./refusal";
import { serviceProblems } from "./service";
import type { Snapshot } from "./snapshot";
import type { Assessment } from "./workloads";

/** An object without pods of its own, with its problems. */
export interface ObjectProblems {
  readonly kind: string;
  readonly name: string;
  readonly object: KubernetesObject;
  readonly problems: readonly Problem[];
}

/** Objects that workloads wait for: nodes and claims. */
export function causesOf(snapshot: Snapshot): ObjectProblems[] {
  const { Node, PersistentVolumeClaim } = snapshot.objects;
  return [
    ...Node.map((one) => problemsOf("Node", one, nodeProblem(one, snapshot))),
    ...PersistentVolumeClaim.map((one) =>
      problemsOf("PersistentVolumeClaim", one, claimProblem(one, snapshot)),
    ),
  ];
}

/** Objects that route to workloads, start them, or accompany them. */
export function effectsOf(
  snapshot: Snapshot,
  assessments: readonly Assessment[],
): ObjectProblems[] {
  const { Service, Ingress, CronJob, HorizontalPodAutoscaler } = snapshot.objects;
  return [
    ...Service.map((one) =>
      problemsOf("Service", one, ...serviceProblems(one, snapshot, assessments)),
    ),
    ...Ingress.map((one) => problemsOf("Ingress", one, ingressProblem(one, snapshot))),
    ...snapshot.customResources.map((one) =>
      problemsOf(one.kind ?? "", one, customResourceProblem(one, snapshot)),
    ),
    ...CronJob.map((one) => problemsOf("CronJob", one, cronJobProblem(one, snapshot))),
    ...HorizontalPodAutoscaler.map((one) =>
      problemsOf("HorizontalPodAutoscaler", one, autoscalerProblem(one, snapshot)),
    ),
  ];
}

function problemsOf(
  kind: string,
  object: KubernetesObject,
  ...problems: readonly (Problem | undefined)[]
): ObjectProblems {
  const found = problems.filter((problem) => problem !== undefined);
  return { kind, name: nameOf(object), object, problems: found };
}

/** Warnings of a CronJob that does not start Jobs. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/controller/cronjob/cronjob_controllerv2.go */
const NOT_STARTED = [
  "FailedCreate",
  "InvalidSchedule",
  "UnparseableSchedule",
  "UnknownTimeZone",
  "TooManyMissedTimes",
];

/** Returns the reason why a CronJob does not start Jobs. Its started Jobs are workloads of their own. */
function cronJobProblem(cronJob: V1CronJob, { objects }: Snapshot): Problem | undefined {
  const warning = newestOf(eventsAbout([cronJob], objects.Event), ...NOT_STARTED);
  if (warning === undefined) {
    return undefined;
  }
  const { reason = "", message = "" } = warning;
  return reason === "FailedCreate"
    ? refusal(message)
    : {
        reason,
        text: `it does not start Jobs: ${excerpt(message)}`,
        isFinal: true,
        fix: change("fix its schedule in the overlay"),
      };
}

/** Returns the reason why an autoscaler does not scale. Its workload keeps its present replicas. */
function autoscalerProblem(
  { status }: V2HorizontalPodAutoscaler,
  { takenAt }: Snapshot,
): Problem | undefined {
  const unmet =
    unmetCondition(status?.conditions, "AbleToScale") ??
    unmetCondition(status?.conditions, "ScalingActive");
  // Without replicas, the autoscaler is disabled on purpose.
  if (unmet === undefined || unmet.reason === "ScalingDisabled") {
    return undefined;
  }
  const { reason = "", message = "" } = unmet;
  return {
    reason,
    text: `it does not scale: ${excerpt(message)}`,
    isFinal: isOverdue(unmet.lastTransitionTime, takenAt),
    fix: scalingFix(message),
  };
}

function scalingFix(message: string): FixFor {
  if (/could not find the requested resource|metrics API/i.test(message)) {
    return change("add metrics-server to the overlay: DOKS does not include it");
  }
  return change(
    /missing request/.test(message)
      ? "set resource requests for its pods' containers in the overlay"
      : "fix the reported problem in the overlay",
  );
}
