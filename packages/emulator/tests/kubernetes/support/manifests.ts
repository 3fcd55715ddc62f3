import type { ApiClient } from "../../../kubernetes/api/client";
import type { KubernetesObject } from "../../../kubernetes/api/objects";
import { eventually } from "./eventually";

export const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
export const STATEFUL_SETS = "/apis/apps/v1/namespaces/default/statefulsets";
export const JOBS = "/apis/batch/v1/namespaces/default/jobs";
export const PODS = "/api/v1/namespaces/default/pods";
export const SERVICES = "/api/v1/namespaces/default/services";
export const CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
export const EVENTS = "/api/v1/namespaces/default/events";

const CONTAINER = { name: "main", image: "registry.example.com/main:1" };

/** The fields of a pod that tests change. */
export interface PodChanges {
  readonly metadata?: object;
  readonly spec?: object;
  /** Of its one container. */
  readonly container?: object;
}

export function podTemplate(app: string, { metadata, spec, container }: PodChanges = {}) {
  return {
    metadata: { labels: { app }, ...metadata },
    spec: { containers: [{ ...CONTAINER, ...container }], ...spec },
  };
}

export function pod(name: string, changes: PodChanges = {}) {
  const template = podTemplate(name, changes);
  return { ...template, metadata: { ...template.metadata, name } };
}

export function deployment(name: string, replicas = 1, changes: PodChanges = {}) {
  return {
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, changes),
    },
  };
}

export function loadBalancerService(name: string, port: number, annotations = {}) {
  return {
    metadata: { name, annotations },
    spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port, targetPort: 8080 }] },
  };
}

export function claim(name: string, storage: string, spec: object = {}) {
  return {
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...spec },
  };
}

export interface PodObject extends KubernetesObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason: string };
  readonly running?: object;
}

export interface EventObject extends KubernetesObject {
  readonly involvedObject: { readonly name: string; readonly fieldPath?: string };
  readonly source: { readonly host?: string };
  readonly reportingComponent: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

export function conditionOf(object: PodObject, type: string): string | undefined {
  return object.status.conditions?.find((condition) => condition.type === type)?.status;
}

/** Waits until a pod passes a check. */
export function awaitPod(
  client: ApiClient,
  name: string,
  check: (pod: PodObject) => boolean,
): Promise<PodObject> {
  return eventually(() => client.get<PodObject>(`${PODS}/${name}`), check);
}

/** Waits until a Deployment or StatefulSet has this many ready replicas. */
export async function awaitReplicas(client: ApiClient, path: string, ready: number): Promise<void> {
  await eventually(
    () => client.get<{ status: { readyReplicas?: number } }>(path),
    ({ status }) => (status.readyReplicas ?? 0) === ready,
  );
}

/** Waits until an event of this reason was recorded, of the object with this name if given, and returns its message. */
export async function awaitEvent(
  client: ApiClient,
  reason: string,
  name?: string,
): Promise<string> {
  const isMeant = (event: ObjectEvent) =>
    event.reason === reason && (name === undefined || event.involvedObject.name === name);
  const events = await eventually(
    () => client.get<{ items: ObjectEvent[] }>(EVENTS),
    ({ items }) => items.some(isMeant),
  );
  return events.items.find(isMeant)?.message ?? "";
}

interface ObjectEvent {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

/** Waits until a component has recorded an event of this reason about a pod, and returns all it has recorded about it. */
export async function awaitPodEvents(
  client: ApiClient,
  name: string,
  component: string,
  reason: string,
): Promise<readonly EventObject[]> {
  const selector = `involvedObject.name%3D${name}`;
  return eventually(
    async () => {
      const { items } = await client.get<{ items: EventObject[] }>(
        `${EVENTS}?fieldSelector=${selector}`,
      );
      return items.filter(({ reportingComponent }) => reportingComponent === component);
    },
    (events) => events.some((event) => event.reason === reason),
  );
}

/** Waits until nothing is at a path. */
export async function awaitGone(
  client: ApiClient,
  path: string,
  timeoutMs?: number,
): Promise<void> {
  await eventually(
    () => client.find(path),
    (object) => object === undefined,
    timeoutMs,
  );
}
