import { createHash } from "node:crypto";

/** An event that a kubelet records about the first container of a pod. */
export interface KubeletEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  /** A Go template on the pod, one line, in which $container is the container. */
  readonly message: string;
  /** Number of occurrences, a Go template. @default 1 */
  readonly count?: string;
}

export const STARTED: KubeletEvent = {
  type: "Normal",
  reason: "Started",
  message: "Container started (emulated: no process runs)",
};

/** Returns the Go template of the Event object. A repeated event replaces it with a higher count. */
export function eventTemplate({ type, reason, message, count = "1" }: KubeletEvent): string {
  const id = createHash("sha256").update(`${reason} ${message}`).digest("hex").slice(0, 8);
  return `
{{ $container := index .spec.containers 0 }}
apiVersion: v1
kind: Event
metadata:
  name: {{ .metadata.name }}.{{ trunc 8 .metadata.uid }}${id}
  namespace: {{ .metadata.namespace }}
involvedObject:
  apiVersion: v1
  kind: Pod
  name: {{ .metadata.name }}
  namespace: {{ .metadata.namespace }}
  uid: {{ .metadata.uid }}
  fieldPath: "spec.containers{{ printf "{%s}" $container.name }}"
source:
  component: kubelet
  host: {{ .spec.nodeName }}
reportingComponent: kubelet
reportingInstance: {{ .spec.nodeName }}
type: ${type}
reason: ${reason}
message: |-
  ${message}
count: ${count}
firstTimestamp: {{ or .status.startTime Now | Quote }}
lastTimestamp: {{ Now | Quote }}`;
}
