import type { CoreV1Event, V1Container, V1Node, V1Pod } from "@kubernetes/client-node";
import { parseQuantity } from "../../core/quantity";
import { newestOf } from "./events";
import { excerpt } from "./excerpt";
import { change, type FixFor, takeNodes } from "./likely-fix";
import type { Problem } from "./problem";

/** The capacity of nodes and the requests of pods. */
const RESOURCES = ["cpu", "memory"] as const;
type Resource = (typeof RESOURCES)[number];

/** Fixes without other nodes. */
const LESS = "request less";

/** Matches the scheduler's sentences about preemption, which never help. */
const EPILOGUE = /\.?(?:\s+(?:no new claims to deallocate|preemption: ).*)?$/s;

/**
 * Returns the problem of a pod that no node accepts.
 *
 * @param message - of the condition PodScheduled, e.g. `0/2 nodes are available: 2 Insufficient cpu. preemption: ...`
 * @param events - about the pod, newest first
 * @param nodes - of the cluster; none if the user may not read them
 */
export function schedulingProblem(
  pod: V1Pod,
  message: string,
  events: readonly CoreV1Event[],
  nodes: readonly V1Node[],
): Problem {
  const cause = message.replace(EPILOGUE, "");
  const isScalingUp =
    newestOf(events, "TriggeredScaleUp", "NotTriggerScaleUp")?.reason === "TriggeredScaleUp";
  const comesUp = /no nodes available|node\.kubernetes\.io\/not-ready|uninitialized/.test(cause);
  const comparison = compared(pod, nodes);
  return {
    reason: "Unschedulable",
    text: `no node takes it: ${excerpt(cause)}${isScalingUp ? "; the autoscaler adds one" : ""}`,
    isFinal: !isScalingUp && !comesUp,
    facts: comparison ? [comparison] : [],
    ...(comesUp || isScalingUp ? {} : { fix: fixFor(pod, cause, events, nodes) }),
  };
}

function fixFor(
  pod: V1Pod,
  message: string,
  events: readonly CoreV1Event[],
  nodes: readonly V1Node[],
): FixFor {
  if (/Insufficient (?:cpu|memory)/.test(message)) {
    return nodes.length > 0 && !nodes.some((node) => fitsOn(pod, node))
      ? takeNodes("larger nodes", LESS, "nodeSize=<larger size>")
      : moreNodes(events);
  }
  if (/Insufficient|Too many pods|max volume count|free ports/i.test(message)) {
    return moreNodes(events);
  }
  if (/persistentvolumeclaim|PersistentVolumeClaims/.test(message)) {
    return change("fix the claim that the pod waits for, or add it to the overlay");
  }
  return change(
    "change its nodeSelector, affinity and tolerations in the overlay to match the cluster's nodes",
  );
}

function moreNodes(events: readonly CoreV1Event[]): FixFor {
  const isAutoscaled = newestOf(events, "NotTriggerScaleUp") !== undefined;
  return takeNodes("more nodes", LESS, isAutoscaled ? "maxNodes=<more>" : "nodeCount=<more>");
}

/** Whether the pod would fit on an empty node. */
function fitsOn(pod: V1Pod, node: V1Node): boolean {
  return RESOURCES.every((resource) => asked(pod, resource) <= offered(node, resource));
}

function compared(pod: V1Pod, nodes: readonly V1Node[]): string | undefined {
  if (nodes.length === 0) {
    return undefined;
  }
  const most = (resource: Resource) => Math.max(...nodes.map((node) => offered(node, resource)));
  return [
    `a pod requests ${cores(asked(pod, "cpu"))} and ${mebibytes(asked(pod, "memory"))}`,
    `the largest node offers ${cores(most("cpu"))} and ${mebibytes(most("memory"))} in all`,
  ].join("; ");
}

/** Returns a pod's request in cores or bytes. Init containers run one after another before the others; sidecars stay. */
function asked({ spec }: V1Pod, resource: Resource): number {
  const request = ({ resources }: V1Container) =>
    parseQuantity(resources?.requests?.[resource] ?? "") ?? 0;
  const initContainers = spec?.initContainers ?? [];
  const lasting = [
    ...(spec?.containers ?? []),
    ...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always"),
  ];
  const together = lasting.reduce((sum, container) => sum + request(container), 0);
  return Math.max(together, ...initContainers.map(request));
}

function offered({ status }: V1Node, resource: Resource): number {
  return parseQuantity(status?.allocatable?.[resource] ?? "") ?? 0;
}

function cores(count: number): string {
  return `${Math.round(count * 1000)}m cpu`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi memory`;
}
