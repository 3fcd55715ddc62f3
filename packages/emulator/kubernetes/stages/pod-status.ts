/** Parts of the Go templates for a pod's status. Each consists of whole lines of YAML. */

const names = (list: "containers" | "initContainers") =>
  `{{ range $index, $container := .spec.${list} }}{{ if $index }} {{ end }}{{ $container.name }}{{ end }}`;
const UNREADY = {
  reason: "ContainersNotReady",
  message: `containers with unready status: [${names("containers")}]`,
};
const UNINITIALIZED = {
  reason: "ContainersNotInitialized",
  message: `containers with incomplete status: [${names("initContainers")}]`,
};

/** The status of the Ready condition of a pod whose containers are ready. */
export const READY_UNLESS_GATED = '(empty .spec.readinessGates | ternary "True" "False")';

/**
 * Conditions with their status. Those that are False say why in the kubelet's words. The time of the last transition stays
 * that of the status before, if that was the same.
 *
 * @param statuses - `True`, `False` or a Go expression in brackets that yields one of them
 * @param end - the reason of a pod that has ended
 * @see kubernetes pkg/kubelet/status/generate.go
 */
export function podConditions(
  statuses: Readonly<Partial<Record<"Initialized" | "ContainersReady" | "Ready", string>>>,
  end?: "PodCompleted" | "PodFailed",
): string {
  const lines = Object.entries(statuses).map(([type, status]) => {
    const unmet = type === "Initialized" ? UNINITIALIZED : UNREADY;
    const { reason, message } = end ? { reason: end, message: "" } : unmet;
    const isUnmet = status === "False";
    return `
{{ $status := ${status.startsWith("(") ? status : JSON.stringify(status)} }}
{{ $since := Now }}
{{ range .status.conditions }}
{{ if and (eq .type "${type}") (eq .status $status) }}{{ $since = .lastTransitionTime }}{{ end }}
{{ end }}
- type: ${type}
  status: {{ $status | Quote }}
  reason: "${isUnmet ? reason : ""}"
  message: "${isUnmet ? message : ""}"
  lastTransitionTime: {{ $since | Quote }}`;
  });
  return `conditions:${lines.join("")}`;
}

/** The node's and the pod's own addresses, unless the pod has them. */
export const POD_ADDRESSES = `
{{ if not .status.podIP }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ end }}`;

/** Sets $restarts, $startedAt and $finishedAt from the previous status of the container in $container. */
const formerly = (list: string) => `
{{ $restarts := 0 }}
{{ $startedAt := Now }}
{{ $finishedAt := Now }}
{{ range $root.status.${list} }}
{{ if eq .name $container.name }}
{{ $restarts = .restartCount }}
{{ with .state.running }}{{ $startedAt = .startedAt }}{{ end }}
{{ with .state.terminated }}{{ $startedAt = .startedAt }}{{ $finishedAt = .finishedAt }}{{ end }}
{{ end }}
{{ end }}`;

/** The status of each container of a list; `state` and the rest are the lines under a container's name. */
function containers(list: "containers" | "initContainers", status: string): string {
  const statuses = list === "containers" ? "containerStatuses" : "initContainerStatuses";
  return `
{{ $root := . }}
{{ with .spec.${list} }}
${statuses}:
{{ range $index, $container := . }}
${formerly(statuses)}
- name: {{ $container.name | Quote }}
  image: {{ $container.image | Quote }}
  imageID: ""
  ${status.trim().replaceAll("\n", "\n  ")}
{{ end }}
{{ end }}`;
}

/** The runtime's name of a container after a number of restarts. */
const containerId = (restarts: string) =>
  `containerd://{{ printf "%s %s %v" $root.metadata.uid $container.name (${restarts}) | sha256sum }}`;

const RUNNING = `
restartCount: {{ $restarts }}
containerID: ${containerId("$restarts")}
ready: true
started: true
state:
  running:
    startedAt: {{ $startedAt | Quote }}`;

const terminated = (exitCode: number, reason: string) => `
restartCount: {{ $restarts }}
containerID: ${containerId("$restarts")}
ready: false
started: false
state:
  terminated:
    containerID: ${containerId("$restarts")}
    exitCode: ${exitCode}
    reason: ${reason}
    startedAt: {{ $startedAt | Quote }}
    finishedAt: {{ $finishedAt | Quote }}`;

const waiting = (reason: string, message = "") => `
restartCount: {{ $restarts }}
ready: false
started: false
state:
  waiting:
    reason: ${reason}
    message: |-
      ${message}`;

/** Statuses of the containers. */
export const CONTAINERS = {
  running: containers("containers", RUNNING),
  waiting: (reason: string, message?: string) => containers("containers", waiting(reason, message)),
  terminated: (exitCode: number, reason: string) =>
    containers("containers", terminated(exitCode, reason)),
  /** Running, with probes that fail. */
  unready: containers("containers", RUNNING.replace("ready: true", "ready: false")),
  /** Ended again, and waiting for its restart. */
  crashing: (message: string) =>
    containers(
      "containers",
      `
restartCount: {{ add $restarts 1 }}
containerID: ${containerId("$restarts")}
ready: false
started: false
state:
  waiting:
    reason: CrashLoopBackOff
    message: |-
      ${message}
lastState:
  terminated:
    containerID: ${containerId("$restarts")}
    exitCode: 1
    reason: Error
    startedAt: {{ $startedAt | Quote }}
    finishedAt: {{ Now | Quote }}`,
    ),
};

const isSidecar = (then: string, otherwise: string) => `
{{ if eq (or $container.restartPolicy "") "Always" }}${then}
{{ else }}${otherwise}
{{ end }}`;

const COMPLETED = terminated(0, "Completed").replace("ready: false", "ready: true");

/** Statuses of the init containers; a sidecar among them runs as long as the containers do. */
export const INIT_CONTAINERS = {
  /** The first container that is not a sidecar runs; the others wait for it. */
  running: containers(
    "initContainers",
    `{{ if eq $index 0 }}${RUNNING.replace("ready: true", "ready: false")}
{{ else }}${waiting("PodInitializing")}
{{ end }}`,
  ),
  completed: containers("initContainers", isSidecar(RUNNING, COMPLETED)),
  terminated: containers("initContainers", COMPLETED),
};
