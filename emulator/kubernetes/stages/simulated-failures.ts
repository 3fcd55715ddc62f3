import { CONTAINERS, POD_ADDRESSES, podConditions } from "./pod-status";
import { isAbsent, isIn, notIn, type Stage } from "./stage";

/**
 * The annotation with which a pod asks to fail, e.g. `digitalocean-emulator/simulate: crash`. Taken away from a pod
 * that is there, the pod recovers. Its values:
 * - `image-pull-failure`: the images cannot be pulled (ImagePullBackOff);
 * - `crash`: the containers end with an error: CrashLoopBackOff, or a failed pod if it is not to be restarted;
 * - `never-ready`: the containers run, and their readiness probes fail.
 */
const ANNOTATION = "digitalocean-emulator/simulate";

/** jq for what a pod is to simulate. */
export const SIMULATION = `.metadata.annotations["${ANNOTATION}"]`;
export const SIMULATED_FAILURES = ["image-pull-failure", "crash", "never-ready"];

/** Pause between two crashes of the same container. The kubelet's grows from 10 s to 5 min. */
const CRASH_INTERVAL = "10s";

const ALIVE = isAbsent(".metadata.deletionTimestamp");
const UNREADY = podConditions(
  { Initialized: "True", ContainersReady: "False", Ready: "False" },
  "ContainersNotReady",
);

/** Pods that fail as they ask to. */
export const FAILURE_STAGES: readonly Stage[] = [
  {
    name: "pod-image-pull-failure",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(SIMULATION, "image-pull-failure"),
      isIn(".status.phase", "Pending"),
      notIn(".status.containerStatuses[]?.state.waiting.reason", "ImagePullBackOff"),
    ],
    event: {
      type: "Warning",
      reason: "Failed",
      message: `Failed to pull image (simulated by annotation ${ANNOTATION})`,
    },
    status: `
${UNREADY}
${CONTAINERS.waiting("ImagePullBackOff", '{{ printf "Back-off pulling image \\"%s\\"" $container.image | Quote }}')}
${POD_ADDRESSES}
startTime: {{ Now | Quote }}
phase: Pending`,
  },
  {
    name: "pod-crash-loop",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(SIMULATION, "crash"),
      isIn(".status.phase", "Pending", "Running"),
      notIn(".spec.restartPolicy", "Never"),
    ],
    delay: `if .status.containerStatuses then "${CRASH_INTERVAL}" else "0s" end`,
    event: {
      type: "Warning",
      reason: "BackOff",
      message: `Back-off restarting failed container (simulated by annotation ${ANNOTATION})`,
    },
    status: `
${UNREADY}
${CONTAINERS.crashing}
${POD_ADDRESSES}
startTime: {{ or .status.startTime Now | Quote }}
phase: Running`,
  },
  {
    name: "pod-fail",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(SIMULATION, "crash"),
      isIn(".status.phase", "Pending", "Running"),
      isIn(".spec.restartPolicy", "Never"),
    ],
    status: `
${podConditions({ Initialized: "True", ContainersReady: "False", Ready: "False" }, "PodFailed")}
${CONTAINERS.terminated(1, "Error")}
${POD_ADDRESSES}
startTime: {{ or .status.startTime Now | Quote }}
phase: Failed`,
  },
  {
    name: "pod-never-ready",
    kind: "Pod",
    when: [ALIVE, isIn(SIMULATION, "never-ready"), isIn(".status.phase", "Pending")],
    status: `
${UNREADY}
${CONTAINERS.unready}
${POD_ADDRESSES}
startTime: {{ Now | Quote }}
phase: Running`,
  },
];
