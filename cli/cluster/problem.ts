import type { V1Pod } from "@kubernetes/client-node";
import { excerpt } from "./excerpt";
import type { FixFor } from "./likely-fix";

/** The reason why an object is not ready, from one of its pods or its controller. */
export interface Problem {
  /** Kubernetes' reason if it has one, e.g. `ImagePullBackOff`. */
  readonly reason: string;
  /** A sentence that is equal for all pods with the same reason. */
  readonly text: string;
  /** Whether waiting longer does not help. */
  readonly isFinal: boolean;
  readonly container?: string;
  /** Further facts about this pod. */
  readonly facts?: readonly string[];
  readonly fix?: FixFor;
}

/**
 * Time for a pod to become ready before it counts as failed, in seconds: Kubernetes' default for the pods of a Deployment.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
 */
const PROGRESS_DEADLINE_SECONDS = 600;

export function isOverdue(since: Date | undefined, now: Date): boolean {
  return since !== undefined && now.getTime() - since.getTime() > PROGRESS_DEADLINE_SECONDS * 1000;
}

/** Removes a pod's own name and ids from a message, so that it is equal for all pods of a workload. */
export function sharedMessage(message: string, { metadata, status }: V1Pod): string {
  const own = [metadata?.name, metadata?.uid, status?.podIP];
  return excerpt(
    own.reduce<string>((rest, id) => (id ? rest.replaceAll(id, "<pod>") : rest), message),
  );
}
