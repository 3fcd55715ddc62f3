/** Pieces of the Go templates that make up a pod's status. Each is whole lines of YAML. */

/** Conditions with their status, which may itself be a template. */
export function podConditions(statuses: Readonly<Record<string, string>>, reason = ""): string {
  const lines = Object.entries(statuses).map(
    ([type, status]) => `
- type: ${type}
  status: "${status}"
  reason: ${JSON.stringify(reason)}
  lastTransitionTime: {{ Now | Quote }}`,
  );
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

/** Sets $restarts and $startedAt from what the status says of the container in $container so far. */
const formerly = (list: string) => `
{{ $restarts := 0 }}
{{ $startedAt := Now }}
{{ range $root.status.${list} }}
{{ if eq .name $container.name }}
{{ $restarts = .restartCount }}
{{ with .state.running }}{{ $startedAt = .startedAt }}{{ end }}
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

const RUNNING = `
restartCount: {{ $restarts }}
ready: true
started: true
state:
  running:
    startedAt: {{ $startedAt | Quote }}`;

const terminated = (exitCode: number, reason: string) => `
restartCount: {{ $restarts }}
ready: false
started: false
state:
  terminated:
    exitCode: ${exitCode}
    reason: ${reason}
    startedAt: {{ $startedAt | Quote }}
    finishedAt: {{ Now | Quote }}`;

const waiting = (reason: string, message = "") => `
restartCount: {{ $restarts }}
ready: false
started: false
state:
  waiting:
    reason: ${reason}
    message: ${message || '""'}`;

/** Statuses of the containers. */
export const CONTAINERS = {
  running: containers("containers", RUNNING),
  waiting: (reason: string, message?: string) => containers("containers", waiting(reason, message)),
  terminated: (exitCode: number, reason: string) =>
    containers("containers", terminated(exitCode, reason)),
  /** Running, with probes that fail. */
  unready: containers("containers", RUNNING.replace("ready: true", "ready: false")),
  /** Ended once more, and waiting to be started again. */
  crashing: containers(
    "containers",
    `
restartCount: {{ add $restarts 1 }}
ready: false
started: false
state:
  waiting:
    reason: CrashLoopBackOff
    message: back-off restarting failed container
lastState:
  terminated:
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
  /** The first that is no sidecar runs, the others wait for it. */
  running: containers(
    "initContainers",
    `{{ if eq $index 0 }}${RUNNING.replace("ready: true", "ready: false")}
{{ else }}${waiting("PodInitializing")}
{{ end }}`,
  ),
  completed: containers("initContainers", isSidecar(RUNNING, COMPLETED)),
  terminated: containers("initContainers", COMPLETED),
};
