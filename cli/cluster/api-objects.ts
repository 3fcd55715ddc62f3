import type {
  CoreV1Event,
  KubernetesObject,
  V1Condition,
  V1ControllerRevision,
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Ingress,
  V1IngressClass,
  V1Job,
  V1Node,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1ReplicationController,
  V1ResourceQuota,
  V1Service,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";

export interface Kinds {
  readonly Deployment: V1Deployment;
  readonly ReplicaSet: V1ReplicaSet;
  readonly ReplicationController: V1ReplicationController;
  readonly StatefulSet: V1StatefulSet;
  readonly ControllerRevision: V1ControllerRevision;
  readonly DaemonSet: V1DaemonSet;
  readonly Job: V1Job;
  readonly CronJob: V1CronJob;
  readonly HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  readonly Pod: V1Pod;
  readonly Ingress: V1Ingress;
  readonly IngressClass: V1IngressClass;
  readonly Service: V1Service;
  readonly PersistentVolumeClaim: V1PersistentVolumeClaim;
  readonly ResourceQuota: V1ResourceQuota;
  readonly Event: CoreV1Event;
  readonly Node: V1Node;
}
export type Kind = keyof Kinds;
export type TellingKind = Exclude<Kind, "ControllerRevision" | "ResourceQuota">;

/** A custom resource, with the fields that most kinds share. */
export interface CustomResource extends KubernetesObject {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly V1Condition[];
  } & Readonly<Record<string, unknown>>;
}

export function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? "";
}

/** Returns the objects that another object controls. */
export function controlledBy<Owned extends KubernetesObject>(
  owner: KubernetesObject,
  candidates: readonly Owned[],
): Owned[] {
  return candidates.filter(({ metadata }) =>
    metadata?.ownerReferences?.some(
      ({ uid, controller }) => controller === true && uid === owner.metadata?.uid,
    ),
  );
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Returns the condition of a type if its status is True. */
export function metCondition<Some extends Condition>(
  conditions: readonly Some[] | undefined,
  type: string,
): Some | undefined {
  return conditions?.find((condition) => condition.type === type && condition.status === "True");
}

/** Returns the condition of a type if it exists and its status is not True. */
export function unmetCondition<Some extends Condition>(
  conditions: readonly Some[] | undefined,
  type: string,
): Some | undefined {
  return conditions?.find((condition) => condition.type === type && condition.status !== "True");
}

export function isReady({ status }: V1Pod): boolean {
  return metCondition(status?.conditions, "Ready") !== undefined;
}

/** Whether a pod is ready or has succeeded. */
export function isWell(pod: V1Pod): boolean {
  const { phase } = pod.status ?? {};
  return phase === "Succeeded" || (phase !== "Failed" && isReady(pod));
}

/** Whether a Service's selector picks a pod. */
export function isSelected(
  selector: Readonly<Record<string, string>>,
  { metadata }: V1Pod,
): boolean {
  return Object.entries(selector).every(([key, value]) => metadata?.labels?.[key] === value);
}
