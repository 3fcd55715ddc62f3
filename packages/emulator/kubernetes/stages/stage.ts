import { eventTemplate, type KubeletEvent } from "./kubelet-event";

/**
 * One of kwok's stages in the life of a node or pod: its objects, and their change.
 *
 * @see https://kwok.sigs.k8s.io/docs/user/stages-configuration/
 */
export interface Stage {
  readonly name: string;
  readonly kind: "Node" | "Pod";
  /** All must match. The stages of a kind exclude one another: of two matches kwok chooses at random. */
  readonly when: readonly Requirement[];
  /** Delay after the object matches: milliseconds, or a jq expression for a duration such as `"2s"`. */
  readonly delay?: number | string;
  /** A Go template of YAML, merged into the object's status. */
  readonly status?: string;
  /** Status that the node's kubelet reports. */
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

/** Requires that the expression yields one of the values. */
export function isIn(key: string, ...values: string[]): Requirement {
  return { key, operator: "In", values };
}

/** Requires that the expression yields none of the values; a missing field matches. */
export function notIn(key: string, ...values: string[]): Requirement {
  return { key, operator: "NotIn", values };
}

export function exists(key: string): Requirement {
  return { key, operator: "Exists" };
}

export function isAbsent(key: string): Requirement {
  return { key, operator: "DoesNotExist" };
}

/** jq expression for the status of a condition. */
export function condition(type: string): string {
  return `.status.conditions[]? | select(.type == "${type}") | .status`;
}

/** kwok's Stage object for a stage. */
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
