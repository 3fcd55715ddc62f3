import type {
  CoreV1Event,
  KubernetesObject,
  V1Container,
  V1ContainerStatus,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1Node,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Pod,
  V1ReplicaSet,
  V1Service,
  V1StatefulSet,
} from "@kubernetes/client-node";

export const NOW = new Date("2026-11-23T10:00:00Z");
export const NAMESPACE = "alice-dev";
export const IMAGE = "registry.digitalocean.com/acme/web:pr-7";
export const DIGEST = `sha256:${"a1".repeat(32)}`;

export function secondsAgo(seconds: number): Date {
  return new Date(NOW.getTime() - seconds * 1000);
}

let objects = 0;

/** Metadata as the API server completes it: a minute old, unless it is said otherwise. */
function metadata(name: string, changes: V1ObjectMeta = {}): V1ObjectMeta {
  objects += 1;
  return {
    name,
    namespace: NAMESPACE,
    uid: `uid-${objects}`,
    creationTimestamp: secondsAgo(60),
    generation: 1,
    ...changes,
  };
}

export function controlledBy(kind: string, { metadata: owner }: KubernetesObject): V1ObjectMeta {
  return {
    ownerReferences: [
      {
        apiVersion: "apps/v1",
        kind,
        name: owner?.name ?? "",
        uid: owner?.uid ?? "",
        controller: true,
      },
    ],
  };
}

const CONTAINER: V1Container = { name: "server", image: IMAGE };

const template = (name: string) => ({
  metadata: { labels: { app: name } },
  spec: { containers: [CONTAINER] },
});

/** A Deployment whose status says that so many of its pods are ready. */
export function deployment(
  name: string,
  replicas: number,
  ready: number,
  status: V1Deployment["status"] = {},
): V1Deployment {
  return {
    metadata: metadata(name, { annotations: { "deployment.kubernetes.io/revision": "2" } }),
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name) },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      ...status,
    },
  };
}

export function replicaSet(
  owner: V1Deployment,
  revision = "2",
  status?: V1ReplicaSet["status"],
): V1ReplicaSet {
  const name = `${owner.metadata?.name ?? ""}-rs${revision}`;
  return {
    metadata: metadata(name, {
      annotations: { "deployment.kubernetes.io/revision": revision },
      ...controlledBy("Deployment", owner),
    }),
    ...(status && { status }),
  };
}

export function statefulSet(name: string, replicas: number, ready: number): V1StatefulSet {
  return {
    metadata: metadata(name),
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: template(name),
    },
    status: {
      observedGeneration: 1,
      replicas,
      readyReplicas: ready,
      updatedReplicas: replicas,
    },
  };
}

export function daemonSet(name: string, desired: number, ready: number): V1DaemonSet {
  return {
    metadata: metadata(name),
    spec: { selector: { matchLabels: { app: name } }, template: template(name) },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: desired,
      currentNumberScheduled: desired,
      updatedNumberScheduled: desired,
      numberReady: ready,
      numberMisscheduled: 0,
    },
  };
}

export function job(name: string, status: V1Job["status"], changes: V1ObjectMeta = {}): V1Job {
  return { metadata: metadata(name, changes), spec: { template: template(name) }, status };
}

/** What a test says of a pod; the rest is as a pod that runs and is ready has it. */
export interface PodChanges {
  readonly metadata?: V1ObjectMeta;
  readonly spec?: Partial<V1Pod["spec"]>;
  readonly status?: V1Pod["status"];
  /** Of its one container. */
  readonly container?: Partial<V1Container>;
  readonly containerStatus?: Partial<V1ContainerStatus>;
}

/** A pod that has been ready for half a minute; with a container status that is not, since then. */
export function pod(name: string, changes: PodChanges = {}): V1Pod {
  const container = { ...CONTAINER, ...changes.container };
  const status: V1ContainerStatus = {
    name: container.name,
    image: container.image ?? "",
    imageID: `${IMAGE.split(":")[0]}@${DIGEST}`,
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: secondsAgo(40) } },
    ...changes.containerStatus,
  };
  const since = { lastTransitionTime: secondsAgo(30) };
  return {
    metadata: metadata(name, { labels: { app: name.split("-")[0] ?? "" }, ...changes.metadata }),
    spec: { nodeName: "node-1", containers: [container], ...changes.spec },
    status: {
      phase: status.state?.running ? "Running" : "Pending",
      podIP: "10.108.0.7",
      conditions: [
        { type: "PodScheduled", status: "True", ...since },
        { type: "Initialized", status: "True", ...since },
        {
          type: "Ready",
          status: status.ready ? "True" : "False",
          ...(status.ready ? {} : { reason: "ContainersNotReady" }),
          ...since,
        },
      ],
      containerStatuses: [status],
      ...changes.status,
    },
  };
}

/** A pod that no node has taken. */
export function unscheduledPod(name: string, message: string, changes: PodChanges = {}): V1Pod {
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  return pod(name, {
    ...changes,
    spec: { ...changes.spec, nodeName: undefined },
    status: { phase: "Pending", conditions: [condition] },
  });
}

export function service(name: string, spec: V1Service["spec"] = {}): V1Service {
  return {
    metadata: metadata(name),
    spec: {
      type: "ClusterIP",
      selector: { app: name },
      ports: [{ port: 80, targetPort: 8080 }],
      ...spec,
    },
  };
}

export function claim(name: string, phase: string): V1PersistentVolumeClaim {
  return { metadata: metadata(name), status: { phase } };
}

/** A node of size s-2vcpu-4gb as DOKS makes it, less what it keeps for itself. */
export function node(name: string, ready = true): V1Node {
  return {
    metadata: metadata(name, {
      creationTimestamp: secondsAgo(86_400),
      labels: {
        "doks.digitalocean.com/node-pool": "alice-dev-workers",
        "node.kubernetes.io/instance-type": "s-2vcpu-4gb",
      },
    }),
    status: {
      allocatable: { cpu: "1900m", memory: "3Gi", pods: "110" },
      conditions: [
        {
          type: "Ready",
          status: ready ? "True" : "Unknown",
          reason: ready ? "KubeletReady" : "NodeStatusUnknown",
          message: ready
            ? "kubelet is posting ready status"
            : "Kubelet stopped posting node status.",
          lastTransitionTime: secondsAgo(ready ? 86_000 : 120),
        },
      ],
      nodeInfo: { kubeletVersion: "v1.35.4" } as NonNullable<V1Node["status"]>["nodeInfo"],
    },
  };
}

/** A Warning of ten seconds ago, about an object. */
export function warning(
  kind: string,
  { metadata: about }: KubernetesObject,
  reason: string,
  message: string,
  changes: Partial<CoreV1Event> = {},
): CoreV1Event {
  return {
    metadata: metadata("event"),
    involvedObject: {
      kind,
      name: about?.name,
      namespace: NAMESPACE,
      uid: about?.uid,
      ...changes.involvedObject,
    },
    type: "Warning",
    reason,
    message,
    count: 1,
    lastTimestamp: secondsAgo(10),
    ...Object.fromEntries(Object.entries(changes).filter(([key]) => key !== "involvedObject")),
  };
}

/** Of a container: the kubelet names it in the event. */
export function ofContainer(name: string): Partial<CoreV1Event> {
  return { involvedObject: { fieldPath: `spec.containers{${name}}` } };
}
