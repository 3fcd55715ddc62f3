/** The reasons why a pod is not ready. */
import { type KubernetesObject, qualifiedName } from "../api/object";
import type { Condition } from "./readiness";

interface Terminated {
  readonly reason?: string;
  readonly message?: string;
  readonly exitCode: number;
  readonly finishedAt?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

export interface Pod extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** The conditions of a pod in their order, each with a text for the wait. */
const STAGES = [
  { type: "PodScheduled", goal: "scheduled" },
  { type: "Initialized", goal: "initialized" },
  { type: "Ready", goal: "ready" },
];

/** Returns the first condition that a pod does not meet; undefined when it is ready or has completed. */
function pendingStage({
  status,
}: Pod): { goal: string; condition: Condition | undefined } | undefined {
  for (const { type, goal } of STAGES) {
    const condition = status?.conditions?.find((candidate) => candidate.type === type);
    const isReached =
      condition?.status === "True" || (type === "Ready" && status?.phase === "Succeeded");
    if (!isReached) {
      return { goal, condition };
    }
  }
  return undefined;
}

export function isPodReady(pod: Pod): boolean {
  return pendingStage(pod) === undefined;
}

export function podProgress(pod: Pod): string {
  const stage = pendingStage(pod);
  const name = podName(pod);
  return stage ? `Pod "${name}" is not yet ${stage.goal}` : `Pod "${name}" is ready`;
}

/** The reasons why a pod is not ready, from its condition and its containers; empty when nothing is known yet. */
export function podFaults(pod: Pod): string[] {
  const stage = pendingStage(pod);
  if (stage?.condition === undefined) {
    return [];
  }
  const { reason, message } = stage.condition;
  const faults = [
    ...(reason && message ? [message] : []),
    ...[
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ].flatMap(containerFaults),
  ];
  return faults.length > 0 ? [`[Pod ${podName(pod)}]: ${faults.join("; ")}`] : [];
}

function containerFaults({ name, ready, state, lastState }: ContainerStatus): string[] {
  const { waiting, terminated } = state ?? {};
  // A completed init container is "not ready", which is not a problem.
  if (ready || terminated?.exitCode === 0) {
    return [];
  }
  const faults: string[] = [];
  if (waiting && waiting.reason !== "ContainerCreating" && waiting.reason !== "PodInitializing") {
    faults.push(
      `container "${name}" is waiting: [${waiting.reason ?? ""}] ${waiting.message ?? ""}`.trim(),
    );
  }
  for (const end of [terminated, lastState?.terminated]) {
    if (end) {
      const text = end.message ? `: ${end.message}` : "";
      faults.push(
        `container "${name}" terminated at ${end.finishedAt ?? "an unknown time"} (${end.reason ?? "no reason"}: exit code ${end.exitCode})${text}`,
      );
    }
  }
  return faults;
}

/** Omits the default namespace. */
function podName({ metadata: { name, namespace } }: Pod): string {
  return qualifiedName({ name, ...(namespace && namespace !== "default" && { namespace }) });
}
