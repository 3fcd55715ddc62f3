import { condition, isIn, notIn, type Stage } from "./stage";

/** Interval at which a node renews its status, in milliseconds: the kubelet's default. Its lease is its heartbeat. */
const STATUS_INTERVAL_MS = 5 * 60_000;

const conditions = (transition: string) => `
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ Now | Quote }}
  ${transition}
{{ end }}`;

/** Nodes become Ready at once, and stay Ready. */
export const NODE_STAGES: readonly Stage[] = [
  {
    name: "node-ready",
    kind: "Node",
    when: [notIn(condition("Ready"), "True")],
    status: conditions("lastTransitionTime: {{ Now | Quote }}"),
  },
  {
    name: "node-heartbeat",
    kind: "Node",
    when: [isIn(condition("Ready"), "True")],
    delay: STATUS_INTERVAL_MS,
    status: conditions(""),
  },
];
