import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";

/** The engine's view of one resource, at one moment of its step. */
export interface Step {
  readonly op: OpType;
  /** Its component in the environment. @default - the environment itself */
  readonly component?: string;
  readonly type?: string;
  readonly name?: string;
}

function metadataOf({ op, component, type = CLUSTER, name = "it" }: Step) {
  const parents = ["Environment", ...(component === undefined ? [] : [component])];
  const types = [...parents.map((parent) => `ephemeral-doks:components:${parent}`), type];
  return { op, type, urn: `urn:pulumi:alice-dev::shop::${types.join("$")}::${name}` };
}

/** Omits fields of the engine that are not read. */
const event = (fields: object) => ({ sequence: 0, timestamp: 0, ...fields }) as EngineEvent;

export const begins = (step: Step) => event({ resourcePreEvent: { metadata: metadataOf(step) } });
export const ends = (step: Step) => event({ resOutputsEvent: { metadata: metadataOf(step) } });
export const fails = (step: Step) => event({ resOpFailedEvent: { metadata: metadataOf(step) } });

export const says = (severity: string, message: string, more: object = {}) =>
  event({ diagnosticEvent: { severity, message, color: "never", ...more } });
