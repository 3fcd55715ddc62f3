import type {
  KubernetesObject,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Pod,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1ReplicationController,
  V1StatefulSet,
} from "@kubernetes/client-node";
import { controlledBy, isReady, isWell, metCondition, nameOf, unmetCondition } from "./api-objects";
import type { WorkloadKind } from "./diagnosis";
import { eventsAbout, newestOf } from "./events";
import { excerpt } from "./excerpt";
import type { Problem } from "./problem";
import { refusal } from "./refusal";
import type { Snapshot } from "./snapshot";
import { WORKLOAD_KINDS } from "./workload-kinds";

export interface WorkloadView {
  readonly kind: WorkloadKind;
  readonly object: KubernetesObject;
  /** The objects that create its pods, itself included. */
  readonly controllers: readonly KubernetesObject[];
  readonly template: V1PodTemplateSpec;
  /** Number of desired pods. */
  readonly desired: number;
  /** Number of ready pods; for a Job, of succeeded pods. */
  readonly ready: number;
  /** Whether its controller has applied the present manifest to all pods. */
  readonly isReady: boolean;
  /** Its pods; for a Deployment, only those of the last revision. */
  readonly pods: readonly V1Pod[];
  /** Pods of a Deployment's revisions before the last. */
  readonly formerPods: readonly V1Pod[];
  /** Reason why its controllers do not create pods. */
  readonly problem?: Problem;
  /** Whether it replaces a failed pod, so that the next one may succeed. */
  readonly isRetried: boolean;
  readonly isGivenUp: boolean;
  /** Further messages of its controller. */
  readonly facts: readonly string[];
}

const REVISION = "deployment.kubernetes.io/revision";

/** Returns all workloads of a namespace by kind and name, and only the last Job of a CronJob. */
export function workloadViews(snapshot: Snapshot): WorkloadView[] {
  const { Deployment, StatefulSet, DaemonSet, ReplicationController, Job, Pod } = snapshot.objects;
  const views = [
    ...Deployment.map((object) => deploymentView(object, snapshot)),
    ...StatefulSet.map((object) => statefulSetView(object, snapshot)),
    ...DaemonSet.map((object) => daemonSetView(object, snapshot)),
    ...bareReplicaSets(snapshot).map((object) => replicasView("ReplicaSet", object, snapshot)),
    ...ReplicationController.map((object) =>
      replicasView("ReplicationController", object, snapshot),
    ),
    ...lastJobs(Job).map((object) => jobView(object, snapshot)),
    ...barePods(Pod, snapshot).map(podView),
  ];
  return views.sort(
    (a, b) =>
      WORKLOAD_KINDS.indexOf(a.kind) - WORKLOAD_KINDS.indexOf(b.kind) ||
      nameOf(a.object).localeCompare(nameOf(b.object)),
  );
}

function deploymentView(object: V1Deployment, snapshot: Snapshot): WorkloadView {
  const { metadata, spec, status } = object;
  const replicaSets = controlledBy(object, snapshot.objects.ReplicaSet);
  const last = replicaSets.find(
    (one) => one.metadata?.annotations?.[REVISION] === metadata?.annotations?.[REVISION],
  );
  const formerPods = replicaSets
    .filter((one) => one !== last)
    .flatMap((one) => livePods(one, snapshot));
  const serving = formerPods.filter(isReady).length;
  const desired = spec?.replicas ?? 1;
  const stopped = unmetCondition(status?.conditions, "Progressing");
  const isGivenUp = stopped?.reason === "ProgressDeadlineExceeded";
  const refused =
    metCondition(last?.status?.conditions, "ReplicaFailure") ??
    metCondition(status?.conditions, "ReplicaFailure") ??
    (isGivenUp ? undefined : stopped);
  return {
    kind: "Deployment",
    object,
    controllers: [object, ...(last ? [last] : [])],
    template: spec?.template ?? {},
    desired,
    ready: status?.readyReplicas ?? 0,
    isReady:
      isObserved(object) &&
      (status?.updatedReplicas ?? 0) >= desired &&
      (status?.availableReplicas ?? 0) >= desired &&
      formerPods.length === 0,
    pods: last ? livePods(last, snapshot) : [],
    formerPods,
    ...(refused?.message && { problem: refusal(refused.message) }),
    isRetried: false,
    isGivenUp,
    facts: [
      ...(isGivenUp && stopped.message ? [excerpt(stopped.message)] : []),
      ...(serving > 0
        ? [
            `${serving} ${serving === 1 ? "pod" : "pods"} of the previous revision still ${serving === 1 ? "serves" : "serve"}`,
          ]
        : []),
    ],
  };
}

function statefulSetView(object: V1StatefulSet, snapshot: Snapshot): WorkloadView {
  const { spec, status } = object;
  const desired = spec?.replicas ?? 1;
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  // Pods below the partition are not updated; with OnDelete, no pod is until a user deletes it.
  const updated = type === "OnDelete" ? 0 : desired - (rollingUpdate?.partition ?? 0);
  return {
    ...viewOf("StatefulSet", object, desired, livePods(object, snapshot), snapshot),
    template: spec?.template ?? {},
    ready: status?.readyReplicas ?? 0,
    isReady:
      isObserved(object) &&
      (status?.readyReplicas ?? 0) >= desired &&
      (status?.updatedReplicas ?? 0) >= updated,
  };
}

function daemonSetView(object: V1DaemonSet, snapshot: Snapshot): WorkloadView {
  const { spec, status } = object;
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = spec?.updateStrategy?.type === "OnDelete" ? 0 : desired;
  return {
    ...viewOf("DaemonSet", object, desired, livePods(object, snapshot), snapshot),
    template: spec?.template ?? {},
    ready: status?.numberReady ?? 0,
    isReady:
      isObserved(object) &&
      (status?.numberReady ?? 0) >= desired &&
      (status?.updatedNumberScheduled ?? 0) >= updated,
  };
}

function replicasView(
  kind: "ReplicaSet" | "ReplicationController",
  object: V1ReplicaSet | V1ReplicationController,
  snapshot: Snapshot,
): WorkloadView {
  const { spec, status } = object;
  const desired = spec?.replicas ?? 1;
  return {
    ...viewOf(kind, object, desired, livePods(object, snapshot), snapshot),
    template: spec?.template ?? {},
    ready: status?.readyReplicas ?? 0,
    isReady: isObserved(object) && (status?.availableReplicas ?? 0) >= desired,
  };
}

function jobView(object: V1Job, snapshot: Snapshot): WorkloadView {
  const { spec, status } = object;
  const itsPods = controlledBy(object, snapshot.objects.Pod).filter(isStaying);
  const failed = metCondition(status?.conditions, "Failed");
  const failure = failed && `it has failed: ${excerpt(failed.message ?? failed.reason ?? "")}`;
  // Ended pods need no replacement: a refusal matters only without any pod.
  const isWaiting = itsPods.length === 0 && !failed && !spec?.suspend;
  return {
    ...viewOf("Job", object, isWaiting ? 1 : 0, itsPods, snapshot),
    template: spec?.template ?? {},
    desired: spec?.completions ?? 1,
    ready: status?.succeeded ?? 0,
    isReady: metCondition(status?.conditions, "Complete") !== undefined,
    ...(failure &&
      itsPods.length === 0 && {
        problem: { reason: failed.reason ?? "Failed", text: failure, isFinal: true },
      }),
    ...(spec?.suspend && {
      problem: { reason: "Suspended", text: "it is suspended", isFinal: false },
    }),
    isRetried: !failed,
    isGivenUp: failed !== undefined,
    facts: failure && itsPods.length > 0 ? [failure] : [],
  };
}

function podView(object: V1Pod): WorkloadView {
  return {
    kind: "Pod",
    object,
    controllers: [],
    template: object,
    desired: 1,
    ready: isWell(object) ? 1 : 0,
    isReady: isWell(object),
    pods: [object],
    formerPods: [],
    isRetried: false,
    isGivenUp: false,
    facts: [],
  };
}

/** The common fields of kinds whose controller creates the pods itself, and reports failures in events. */
function viewOf(
  kind: WorkloadKind,
  object: KubernetesObject,
  desired: number,
  itsPods: readonly V1Pod[],
  snapshot: Snapshot,
) {
  const refused =
    itsPods.length < desired
      ? newestOf(eventsAbout([object], snapshot.objects.Event), "FailedCreate")
      : undefined;
  return {
    kind,
    object,
    controllers: [object],
    desired,
    pods: itsPods,
    formerPods: [],
    ...(refused?.message && { problem: refusal(refused.message) }),
    isRetried: false,
    isGivenUp: false,
    facts: [],
  };
}

/** Whether the status is about the present manifest. */
function isObserved({
  metadata,
  status,
}: V1Deployment | V1StatefulSet | V1DaemonSet | V1ReplicaSet | V1ReplicationController): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

/** Returns a controller's pods without ended ones that it has replaced. */
function livePods(controller: KubernetesObject, snapshot: Snapshot): V1Pod[] {
  return controlledBy(controller, snapshot.objects.Pod).filter(
    (pod) => isStaying(pod) && !["Failed", "Succeeded"].includes(pod.status?.phase ?? ""),
  );
}

function isStaying({ metadata }: KubernetesObject): boolean {
  return metadata?.deletionTimestamp === undefined;
}

function lastJobs(jobs: readonly V1Job[]): V1Job[] {
  const lastOf = new Map<string, V1Job>();
  for (const job of jobs) {
    const owner = job.metadata?.ownerReferences?.find(({ kind }) => kind === "CronJob")?.uid;
    const key = owner ?? job.metadata?.uid ?? "";
    const known = lastOf.get(key);
    if (known === undefined || createdAt(known) < createdAt(job)) {
      lastOf.set(key, job);
    }
  }
  return [...lastOf.values()];
}

function createdAt({ metadata }: KubernetesObject): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}

/** Returns the ReplicaSets without a Deployment; a custom resource may own them. */
function bareReplicaSets({ objects }: Snapshot): V1ReplicaSet[] {
  const made = new Set(objects.Deployment.flatMap((one) => controlledBy(one, objects.ReplicaSet)));
  return objects.ReplicaSet.filter((one) => isStaying(one) && !made.has(one));
}

function barePods(all: readonly V1Pod[], { objects }: Snapshot): V1Pod[] {
  const controllers = [
    ...objects.ReplicaSet,
    ...objects.ReplicationController,
    ...objects.StatefulSet,
    ...objects.DaemonSet,
    ...objects.Job,
  ];
  const made = new Set(controllers.flatMap((one) => controlledBy(one, all)));
  return all.filter((pod) => isStaying(pod) && !made.has(pod));
}
