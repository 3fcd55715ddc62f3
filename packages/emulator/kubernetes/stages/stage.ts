import { eventTemplate, type KubeletEvent } from "./kubelet-event";

/**
 * One step in the life of a node or pod, as kwok plays it: which objects it is for, and what becomes of them.
 *
 * @see https://kwok.sigs.k8s.io/docs/user/stages-configuration/
 */
export interface Stage {
  readonly name: string;
  readonly kind: "Node" | "Pod";
  /** All must hold. The stages of a kind exclude one another: where two fit, kwok draws lots. */
  readonly when: readonly Requirement[];
  /** How long after the object came to fit: milliseconds, or a jq expression that yields a duration such as `"2s"`. */
  readonly delay?: number | string;
  /** A Go template of YAML, merged into the object's status. */
  readonly status?: string;
  /** The status that the node's kubelet reports. */
  readonly events?: readonly KubeletEvent[];
  readonly delete?: true;
}

export type Requirement = {
  /** A jq expression on the object. */
  readonly key: string;
} & (
  | { readonly operator: "In" | "NotIn"; readonly values: readonly string[] }
  | { readonly operator: "Exists" | "DoesNotExist" }
);

/** A requirement that the expression yields one of the values. */
export function isIn(key: string, ...values: string[]): Requirement {
  return { key, operator: "In", values };
}

/** A requirement that the expression yields none of the values; holds for what is not there. */
export function notIn(key: string, ...values: string[]): Requirement {
  return { key, operator: "NotIn", values };
}

export function exists(key: string): Requirement {
  return { key, operator: "Exists" };
}

export function isAbsent(key: string): Requirement {
  return { key, operator: "DoesNotExist" };
}

/** jq for the status of a condition. */
export function condition(type: string): string {
  return `.status.conditions[]? | select(.type == "${type}") | .status`;
}

/** The Stage object that tells kwok of a stage. */
export function stageObject(stage: Stage): object {
  const steps: object[] = [];
  if (stage.status) {
    steps.push({ patch: { subresource: "status", root: "status", template: stage.status } });
  }
  // Not kwok's own events: those are reported by kwok, with one text for all objects.
  for (const event of stage.events ?? []) {
    steps.push({ apply: { template: eventTemplate(event) } });
  }
  if (stage.delete) {
    steps.push({ delete: true });
  }
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name: stage.name },
    spec: {
      resourceRef: { apiGroup: "v1", kind: stage.kind },
      selector: { matchExpressions: stage.when.map((requirement) => ({ jq: requirement })) },
      delay: delayOf(stage.delay),
      steps,
    },
  };
}

function delayOf(delay: number | string | undefined): object {
  return typeof delay === "string"
    ? { durationFrom: { jq: { expression: delay } } }
    : { durationMilliseconds: delay ?? 0 };
}
