import type {
  CoreV1Event,
  V1Container,
  V1ContainerStatus,
  V1Node,
  V1Pod,
} from "@kubernetes/client-node";
import { metCondition, nameOf, unmetCondition } from "./api-objects";
import { containerProblem } from "./container";
import { newestOf } from "./events";
import { excerpt } from "./excerpt";
import { change, missingObject, takeNodes } from "./likely-fix";
import { isOverdue, type Problem, sharedMessage } from "./problem";
import { schedulingProblem } from "./scheduling";

export interface PodSurroundings {
  /** Events about the pod, newest first. */
  readonly events: readonly CoreV1Event[];
  /** Nodes of the cluster; none if the user may not read them. */
  readonly nodes: readonly V1Node[];
  /** Whether its controller starts another pod when this one fails. */
  readonly isRetried: boolean;
  readonly now: Date;
}

/** Warnings about steps before a pod's containers start, with the step that fails. */
const PREPARATIONS: Readonly<Record<string, string>> = {
  FailedMount: "its volumes cannot be mounted",
  FailedAttachVolume: "its volume cannot be attached to the node",
  FailedMapVolume: "its volume cannot be mapped",
  FailedCreatePodSandBox: "its node cannot prepare it",
};

/** Returns the problems of a pod that is neither ready nor succeeded. */
export function podProblems(pod: V1Pod, surroundings: PodSurroundings): Problem[] {
  const { events, nodes, now } = surroundings;
  const unscheduled = unmetCondition(pod.status?.conditions, "PodScheduled");
  if (unscheduled?.reason === "Unschedulable") {
    return [schedulingProblem(pod, unscheduled.message ?? "", events, nodes)];
  }
  const single =
    (pod.status?.phase === "Failed" && pod.status.reason && endOfPod(pod, surroundings)) ||
    lostNode(pod, nodes);
  if (single) {
    return [single];
  }
  const ofContainers = containerProblems(pod, surroundings);
  return ofContainers.length > 0 ? ofContainers : [unprepared(pod, events) ?? starting(pod, now)];
}

/** Returns the problem of a pod that was evicted, or ended by its deadline or node: its containers are gone. */
function endOfPod({ status }: V1Pod, { isRetried }: PodSurroundings): Problem {
  const { reason = "", message = "" } = status ?? {};
  return {
    reason,
    text: `the pod was terminated (${reason})${message && `: ${excerpt(message)}`}`,
    isFinal: !isRetried,
    ...(message.includes("low on resource") && {
      fix: takeNodes(
        "larger nodes",
        "set the containers' requests to the amounts that they use",
        "nodeSize=<larger size>",
      ),
    }),
  };
}

/** Returns the problem of a pod on a node that no longer answers. */
function lostNode({ spec }: V1Pod, nodes: readonly V1Node[]): Problem | undefined {
  const node = nodes.find((candidate) => nameOf(candidate) === spec?.nodeName);
  return node && metCondition(node.status?.conditions, "Ready") === undefined
    ? { reason: "NodeNotReady", text: `its node ${nameOf(node)} is not ready`, isFinal: false }
    : undefined;
}

/** Returns the problems of containers. The first unfinished init container blocks all others. */
function containerProblems(pod: V1Pod, surroundings: PodSurroundings): Problem[] {
  const { spec, status } = pod;
  const problemsOf = (
    containers: readonly V1Container[] = [],
    statuses: readonly V1ContainerStatus[] = [],
    isInit: (container: V1Container) => boolean,
  ) =>
    containers.flatMap((container) => {
      const itsStatus = statuses.find(({ name }) => name === container.name);
      return itsStatus
        ? (containerProblem({
            ...surroundings,
            pod,
            container,
            status: itsStatus,
            isInit: isInit(container),
            unreadySince: unreadySince(pod),
          }) ?? [])
        : [];
    });
  const [first] = problemsOf(
    spec?.initContainers,
    status?.initContainerStatuses,
    ({ restartPolicy }) => restartPolicy !== "Always",
  );
  return first ? [first] : problemsOf(spec?.containers, status?.containerStatuses, () => false);
}

/** Returns the problem of resources that the kubelet cannot prepare for the pod's containers. */
function unprepared(pod: V1Pod, events: readonly CoreV1Event[]): Problem | undefined {
  const event = newestOf(events, ...Object.keys(PREPARATIONS));
  const reason = event?.reason ?? "";
  const message = namingKey(event?.message ?? "");
  return event
    ? {
        reason,
        text: `${PREPARATIONS[reason] ?? ""}: ${sharedMessage(message, pod)}`,
        isFinal: !isPassing(message),
        fix:
          missingObject(message) ??
          change("fix the reported problem in the overlay; if it is only slow, wait"),
      }
    : undefined;
}

/**
 * Rewords the kubelet's `references non-existent secret key: password`, which looks like a secret and its value: the
 * redaction would hide the name.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/volume/secret/secret.go (MakePayload)
 */
function namingKey(message: string): string {
  return message.replace(
    /(?:configmap )?references non-existent (config|secret) key: (\S+)$/,
    (_, kind: string, key: string) =>
      `the ${kind === "config" ? "ConfigMap" : "Secret"} has no key "${key}"`,
  );
}

/** Whether a failure may pass: a volume needs time to be detached from a node and attached to the next. */
function isPassing(message: string): boolean {
  return /Multi-Attach|timed out|context deadline exceeded/.test(message);
}

/** Returns the problem of a pod that is only slow so far. */
function starting(pod: V1Pod, now: Date): Problem {
  const { conditions, phase } = pod.status ?? {};
  const ready = unmetCondition(conditions, "Ready");
  const isScheduled = metCondition(conditions, "PodScheduled") !== undefined;
  const text =
    ready?.reason === "ReadinessGatesNotReady"
      ? excerpt(ready.message ?? "its readiness gates have not passed")
      : isScheduled
        ? "its containers are being created"
        : "it has not been scheduled yet";
  return {
    reason: ready?.reason ?? phase ?? "Pending",
    text,
    isFinal: isOverdue(unreadySince(pod), now),
  };
}

function unreadySince({ metadata, status }: V1Pod): Date | undefined {
  const ready = unmetCondition(status?.conditions, "Ready");
  return ready?.lastTransitionTime ?? metadata?.creationTimestamp;
}
