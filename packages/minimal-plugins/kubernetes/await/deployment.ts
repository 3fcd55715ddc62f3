/** A Deployment is ready when its newest ReplicaSet has all desired pods, and its condition Available is true. */
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

interface Deployment extends KubernetesObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly volumes?: readonly {
          readonly persistentVolumeClaim?: { readonly claimName: string };
        }[];
      };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface ReplicaSet extends KubernetesObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

interface Claim extends KubernetesObject {
  readonly status?: { readonly phase?: string };
}

const REVISION = "deployment.kubernetes.io/revision";

export const deployment: Awaiter = {
  related: [
    POD,
    { apiVersion: "apps/v1", kind: "ReplicaSet" },
    { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  ],
  onRead: true,
  assess: (view) => assess(view as View<Deployment>),
};

function assess(view: View<Deployment>): Readiness {
  const { object } = view;
  const { metadata, status } = object;
  if (status?.observedGeneration !== metadata.generation) {
    return waiting("the Deployment controller has not yet taken up the change");
  }
  const revision = metadata.annotations?.[REVISION];
  const replicaSet = view
    .all<ReplicaSet>("ReplicaSet")
    .find(
      (candidate) =>
        isOwnedBy(candidate, object) && candidate.metadata.annotations?.[REVISION] === revision,
    );
  const wanted = replicaSet?.spec?.replicas ?? 1;
  const live = replicaSet?.status?.readyReplicas ?? 0;
  const hasPods = replicaSet !== undefined && live >= wanted;
  const faults = conditionFaults(status);
  const isAvailable = isMet(status, "Available");
  // The first revision is created, not rolled out, so it has no condition Progressing.
  const isRolledOut = revision === "1" || isMet(status, "Progressing", "NewReplicaSetAvailable");
  const unbound = unboundClaims(view);

  if (isAvailable && isRolledOut && hasPods && unbound.length === 0) {
    return ready(`all ${wanted} Pods are available`);
  }
  return waiting(
    `${live} of ${wanted} Pods are available`,
    ...faults,
    ...(unbound.length > 0
      ? [`these PersistentVolumeClaims are not bound: ${unbound.join(", ")}`]
      : []),
    ...(hasPods ? [] : [`${live} of ${wanted} Pods of the newest ReplicaSet are ready`]),
    ...podsOf(view, replicaSet).flatMap(podFaults),
  );
}

function isMet(status: Deployment["status"], type: string, reason?: string): boolean {
  return (
    status?.conditions?.some(
      (condition) =>
        condition.type === type &&
        condition.status === "True" &&
        (reason === undefined || condition.reason === reason),
    ) ?? false
  );
}

function conditionFaults(status: Deployment["status"]): string[] {
  const conditions = status?.conditions ?? [];
  return conditions
    .filter(({ type, status: met }) =>
      type === "ReplicaFailure" ? met === "True" : met === "False",
    )
    .map(describeCondition);
}

function unboundClaims(view: View<Deployment>): string[] {
  const volumes = view.object.spec?.template?.spec?.volumes ?? [];
  const names = volumes.map((volume) => volume.persistentVolumeClaim?.claimName);
  return view
    .all<Claim>("PersistentVolumeClaim")
    .filter(({ metadata, status }) => names.includes(metadata.name) && status?.phase !== "Bound")
    .map(({ metadata }) => metadata.name);
}

function podsOf(view: View, replicaSet: ReplicaSet | undefined): readonly Pod[] {
  return replicaSet ? view.all<Pod>("Pod").filter((pod) => isOwnedBy(pod, replicaSet)) : [];
}
