import type { V1Pod } from "@kubernetes/client-node";
import { excerpt } from "./excerpt";
import type { FixFor } from "./likely-fix";

/** Why something is not ready, as one of its pods or its controller shows it. */
export interface Problem {
  /** Kubernetes' word where it has one, e.g. `ImagePullBackOff`. */
  readonly reason: string;
  /** A sentence that is the same for all pods which fail for the same reason. */
  readonly text: string;
  /** Waiting longer does not fix it. */
  readonly isFinal: boolean;
  readonly container?: string;
  /** Further facts about this pod. */
  readonly facts?: readonly string[];
  readonly fix?: FixFor;
}

/**
 * How long a pod may take to become ready before it counts as failed, in seconds: what Kubernetes itself gives the
 * pods of a Deployment by default.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
 */
const PROGRESS_DEADLINE_SECONDS = 600;

export function isOverdue(since: Date | undefined, now: Date): boolean {
  return since !== undefined && now.getTime() - since.getTime() > PROGRESS_DEADLINE_SECONDS * 1000;
}

/** A message about a pod, such that it is the same for the next pod of its kind. */
export function sharedMessage(message: string, { metadata, status }: V1Pod): string {
  const own = [metadata?.name, metadata?.uid, status?.podIP];
  return excerpt(
    own.reduce<string>((rest, id) => (id ? rest.replaceAll(id, "<pod>") : rest), message),
  );
}
