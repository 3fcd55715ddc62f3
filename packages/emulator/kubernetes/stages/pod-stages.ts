import { STARTED } from "./kubelet-event";
import {
  CONTAINERS,
  INIT_CONTAINERS,
  POD_ADDRESSES,
  podConditions,
  READY_UNLESS_GATED,
} from "./pod-status";
import { SIMULATED_FAILURES, SIMULATION } from "./simulated-failures";
import { condition, exists, isAbsent, isIn, notIn, type Requirement, type Stage } from "./stage";

/** Total run time of a pod's init containers, and run time of containers that run to completion. */
const INIT_DURATION = "500ms";
const COMPLETION_DELAY_MS = 1_000;

const ALIVE = isAbsent(".metadata.deletionTimestamp");
const NOT_SIMULATED = notIn(SIMULATION, ...SIMULATED_FAILURES);
const STARTS = isIn(".status.phase", "Pending", "Running");

/** Pods with pending init containers, without sidecars, which keep running. */
const INITIALIZATION = `
  if any(.spec.initContainers[]?; .restartPolicy != "Always") and (.status.initContainerStatuses | not)
  then "due" else "done" end`;

/** Readiness gates whose condition is not True yet. */
const OPEN_GATES = `
  [.spec.readinessGates[]?.conditionType] - [.status.conditions[]? | select(.status == "True") | .type] | length`;

const RUNS_TO_COMPLETION: Requirement = isIn(".spec.restartPolicy", "Never", "OnFailure");

/** Pods run and become ready; pods that are not restarted succeed; deleted pods end and disappear. */
export const POD_STAGES: readonly Stage[] = [
  {
    name: "pod-initialize",
    kind: "Pod",
    when: [ALIVE, NOT_SIMULATED, isIn(".status.phase", "Pending"), isIn(INITIALIZATION, "due")],
    status: `
${podConditions({ Initialized: "False", ContainersReady: "False", Ready: "False" })}
${INIT_CONTAINERS.running}
${CONTAINERS.waiting("PodInitializing")}
${POD_ADDRESSES}
startTime: {{ Now | Quote }}
phase: Pending`,
  },
  {
    name: "pod-run",
    kind: "Pod",
    when: [
      ALIVE,
      NOT_SIMULATED,
      STARTS,
      isIn(INITIALIZATION, "done"),
      notIn(condition("ContainersReady"), "True"),
    ],
    delay: `if .status.initContainerStatuses then "${INIT_DURATION}" else "0s" end`,
    events: [STARTED],
    status: `
${podConditions({ Initialized: "True", ContainersReady: "True", Ready: READY_UNLESS_GATED })}
${INIT_CONTAINERS.completed}
${CONTAINERS.running}
${POD_ADDRESSES}
startTime: {{ or .status.startTime Now | Quote }}
phase: Running`,
  },
  {
    name: "pod-ready",
    kind: "Pod",
    when: [
      ALIVE,
      isIn(".status.phase", "Running"),
      isIn(condition("ContainersReady"), "True"),
      notIn(condition("Ready"), "True"),
      isIn(OPEN_GATES, "0"),
    ],
    status: podConditions({ Ready: "True" }),
  },
  {
    name: "pod-complete",
    kind: "Pod",
    when: [
      ALIVE,
      NOT_SIMULATED,
      RUNS_TO_COMPLETION,
      isIn(".status.phase", "Running"),
      isIn(condition("Ready"), "True"),
    ],
    delay: COMPLETION_DELAY_MS,
    status: `
${podConditions({ ContainersReady: "False", Ready: "False" }, "PodCompleted")}
${INIT_CONTAINERS.terminated}
${CONTAINERS.terminated(0, "Completed")}
phase: Succeeded`,
  },
  {
    name: "pod-terminate",
    kind: "Pod",
    when: [exists(".metadata.deletionTimestamp"), notIn(".status.phase", "Succeeded", "Failed")],
    // As for a process that exits on SIGTERM: a Job must not count the pod as completed.
    status: `
${podConditions({ ContainersReady: "False", Ready: "False" }, "PodFailed")}
${CONTAINERS.terminated(143, "Error")}
phase: Failed`,
  },
  {
    name: "pod-delete",
    kind: "Pod",
    when: [exists(".metadata.deletionTimestamp"), isIn(".status.phase", "Succeeded", "Failed")],
    delete: true,
  },
];
