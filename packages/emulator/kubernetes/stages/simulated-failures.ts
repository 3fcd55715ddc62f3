import { STARTED } from "./kubelet-event";
import { CONTAINERS, INIT_CONTAINERS, POD_ADDRESSES, podConditions } from "./pod-status";
import { isAbsent, isIn, notIn, type Stage } from "./stage";

/**
 * The annotation with which a pod asks to fail, e.g. `digitalocean-emulator/simulate: crash`. Taken away from a pod
 * that is there, the pod recovers. Its values:
 * - `image-pull-failure`: the images cannot be pulled (ImagePullBackOff);
 * - `crash`: the containers end with an error: CrashLoopBackOff, or a failed pod if it is not to be restarted;
 * - `never-ready`: the containers run, and their readiness probes fail; what is to end by itself never does.
 */
const ANNOTATION = "digitalocean-emulator/simulate";
/** The same as a variable of a container, for pods whose creator does not set annotations. */
const VARIABLE = "DIGITALOCEAN_EMULATOR_SIMULATE";

/** jq expression for the failure that a pod simulates. */
export const SIMULATION = `
  .metadata.annotations["${ANNOTATION}"]
  // (.spec.containers[]?.env[]? | select(.name == "${VARIABLE}") | .value)`;
export const SIMULATED_FAILURES = ["image-pull-failure", "crash", "never-ready"];

/** A real kubelet retries after some seconds, with increasing pauses of up to 5 minutes. */
const IMAGE_PULL_DELAY_MS = 500;
/** Pause between two crashes of the same container. The kubelet's grows from 10 s to 5 min. */
const CRASH_INTERVAL = "10s";

const ALIVE = isAbsent(".metadata.deletionTimestamp");
const STARTS = isIn(".status.phase", "Pending", "Running");
const WAITS_FOR = ".status.containerStatuses[]?.state.waiting.reason";
const UNREADY = podConditions({ Initialized: "True", ContainersReady: "False", Ready: "False" });
const STARTED_AT = "startTime: {{ or .status.startTime Now | Quote }}";

/*
 * The messages below are those of the kubelet and of containerd, which DOKS runs. Where there is room for it, they say
 * that it is simulated. Sources: kubernetes pkg/kubelet/images/image_manager.go, pkg/probe and, of pkg/kubelet,
 * kuberuntime/kuberuntime_manager.go and prober/prober.go; containerd as quoted in
 * kubernetes-sigs/provider-aws-test-infra pull request #281.
 */
const SIMULATED = "(simulated, as the pod asks)";
const IMAGE = '"{{ $container.image }}"';
const PULL_ERROR = `rpc error: code = NotFound desc = failed to pull and unpack image ${IMAGE}: failed to resolve reference ${IMAGE}: {{ $container.image }}: not found ${SIMULATED}`;
const PULL_BACK_OFF = `Back-off pulling image ${IMAGE}`;
const PROBE_FAILURE = `{{ $probe := or $container.readinessProbe dict }}{{ if $probe.grpc }}service unhealthy (responded with "NOT_SERVING"){{ else if $probe.tcpSocket }}dial tcp: connect: connection refused{{ else }}HTTP probe failed with statuscode: 503{{ end }}`;
/** Number of crashes of the container in $container, including this one. */
const NEXT_RESTART = `{{ $restarts := 0 }}{{ range .status.containerStatuses }}{{ if eq .name $container.name }}{{ $restarts = .restartCount }}{{ end }}{{ end }}{{ add $restarts 1 }}`;
/** A pod as the kubelet writes it. */
const pod = (root: string) =>
  `{{ ${root}.metadata.name }}_{{ ${root}.metadata.namespace }}({{ ${root}.metadata.uid }})`;

/** Stages of pods that simulate a failure. */
export const FAILURE_STAGES: readonly Stage[] = [
  {
    name: "pod-image-pull-failure",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(SIMULATION, "image-pull-failure"),
      isIn(".status.phase", "Pending"),
      notIn(WAITS_FOR, "ErrImagePull", "ImagePullBackOff"),
    ],
    status: `
${UNREADY}
${INIT_CONTAINERS.completed}
${CONTAINERS.waiting("ErrImagePull", PULL_ERROR)}
${POD_ADDRESSES}
${STARTED_AT}
phase: Pending`,
    events: [
      { type: "Normal", reason: "Pulling", message: `Pulling image ${IMAGE}` },
      {
        type: "Warning",
        reason: "Failed",
        message: `Failed to pull image ${IMAGE}: ${PULL_ERROR}`,
      },
      { type: "Warning", reason: "Failed", message: "Error: ErrImagePull" },
    ],
  },
  {
    name: "pod-image-pull-back-off",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(SIMULATION, "image-pull-failure"),
      isIn(".status.phase", "Pending"),
      isIn(WAITS_FOR, "ErrImagePull"),
    ],
    delay: IMAGE_PULL_DELAY_MS,
    status: CONTAINERS.waiting("ImagePullBackOff", `${PULL_BACK_OFF}: ErrImagePull: ${PULL_ERROR}`),
    events: [
      { type: "Normal", reason: "BackOff", message: PULL_BACK_OFF },
      { type: "Warning", reason: "Failed", message: "Error: ImagePullBackOff" },
    ],
  },
  {
    name: "pod-crash-loop",
    kind: "Pod",
    when: [ALIVE, isIn(SIMULATION, "crash"), STARTS, notIn(".spec.restartPolicy", "Never")],
    delay: `if .status.containerStatuses then "${CRASH_INTERVAL}" else "0s" end`,
    status: `
${UNREADY}
${INIT_CONTAINERS.completed}
${CONTAINERS.crashing(
  `back-off ${CRASH_INTERVAL} restarting failed container={{ $container.name }} pod=${pod("$root")} ${SIMULATED}`,
)}
${POD_ADDRESSES}
${STARTED_AT}
phase: Running`,
    events: [
      { ...STARTED, count: NEXT_RESTART },
      {
        type: "Warning",
        reason: "BackOff",
        message: `Back-off restarting failed container {{ $container.name }} in pod ${pod("$")}`,
        count: NEXT_RESTART,
      },
    ],
  },
  {
    name: "pod-fail",
    kind: "Pod",
    when: [ALIVE, isIn(SIMULATION, "crash"), STARTS, isIn(".spec.restartPolicy", "Never")],
    status: `
${podConditions({ Initialized: "True", ContainersReady: "False", Ready: "False" }, "PodFailed")}
${INIT_CONTAINERS.completed}
${CONTAINERS.terminated(1, "Error")}
${POD_ADDRESSES}
${STARTED_AT}
phase: Failed`,
  },
  {
    name: "pod-never-ready",
    kind: "Pod",
    when: [ALIVE, isIn(SIMULATION, "never-ready"), isIn(".status.phase", "Pending")],
    status: `
${UNREADY}
${INIT_CONTAINERS.completed}
${CONTAINERS.unready}
${POD_ADDRESSES}
${STARTED_AT}
phase: Running`,
    events: [
      STARTED,
      {
        type: "Warning",
        reason: "Unhealthy",
        message: `Readiness probe failed: ${PROBE_FAILURE} ${SIMULATED}`,
      },
    ],
  },
];
