/** Defines readiness of each kind. */
import type { KubernetesObject } from "../api/object";

/** A verdict about an object at one moment. */
export interface Readiness {
  readonly ready: boolean;
  /** Whether it can never become ready. @default false */
  readonly failed?: boolean;
  /** The awaited condition, shown while waiting. */
  readonly progress: string;
  /** Missing conditions of an object that is not ready. */
  readonly reasons: readonly string[];
  /** Milliseconds without a change after which it counts as ready. */
  readonly settlesInMs?: number;
}

/** The facts for a verdict. */
export interface View<Awaited extends KubernetesObject = KubernetesObject> {
  readonly object: Awaited;
  /** Objects of another kind in the same namespace; the kind is one of the awaiter's `related`. */
  all<Related extends KubernetesObject>(kind: string): readonly Related[];
  /** Milliseconds since an object changed, or since the wait began; Infinity for a verdict without a wait. */
  quietFor(kind: string, name?: string): number;
  /**
   * Milliseconds until some event of an object is as old as `age`, and no later event is known; Infinity without an event. The
   * first sight of an object is an event.
   */
  settlesIn(kind: string, name: string, age: number): number;
}

export interface RelatedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Judges the readiness of one kind. */
export interface Awaiter {
  /** Kinds whose objects in the same namespace also count. */
  readonly related: readonly RelatedKind[];
  assess(view: View): Readiness;
  /** Whether a refresh also reports that the object is not ready. @default false */
  readonly onRead?: boolean;
}

export function ready(progress: string): Readiness {
  return { ready: true, progress, reasons: [] };
}

export function waiting(progress: string, ...reasons: string[]): Readiness {
  return { ready: false, progress, reasons: reasons.length > 0 ? reasons : [progress] };
}

/** A condition in the status of most kinds. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
}

/** `[reason] message` of an unmet condition; empty without either. */
export function describeCondition({ reason, message }: Condition): string {
  return [reason && `[${reason}]`, message].filter(Boolean).join(" ");
}

export const POD: RelatedKind = { apiVersion: "v1", kind: "Pod" };
