/** Waits for an object's deletion. */
import { setTimeout as delay } from "node:timers/promises";
import type { EngineLog } from "../../protocol/engine-log";
import type { Cluster } from "../api/cluster";
import { KubernetesError } from "../api/errors";
import type { KubernetesObject, ObjectReference } from "../api/object";
import { NotReadyError } from "./not-ready";

/** The first check is soon, because most objects are deleted at once. */
const FIRST_LOOK_MS = 50;
const LONGEST_PAUSE_MS = 500;

export interface DeletionOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly log: EngineLog;
}

/** @throws {NotReadyError} when the object still exists after the timeout, or the user cancels. */
export async function waitUntilGone(
  cluster: Cluster,
  reference: ObjectReference,
  { timeoutSeconds, signal, log }: DeletionOptions,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let uid: string | undefined;
  let pause = FIRST_LOOK_MS;
  for (;;) {
    const object = await find(cluster, reference);
    uid ??= object?.metadata.uid;
    // An object of the same name with another uid has another owner.
    if (object === undefined || object.metadata.uid !== uid) {
      return;
    }
    if (signal.aborted || Date.now() >= deadline) {
      const finalizers = object.metadata.finalizers?.join(", ") ?? "";
      log.warning(`finalizers may keep it from being deleted: ${finalizers}`);
      throw new NotReadyError(
        signal.aborted
          ? `waiting for the deletion of "${reference.name}" was cancelled`
          : `timed out waiting for ${reference.kind} "${reference.name}" to be deleted, after ${timeoutSeconds} s`,
        object,
        finalizers === "" ? [] : [`finalizers: ${finalizers}`],
      );
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

async function find(
  cluster: Cluster,
  reference: ObjectReference,
): Promise<KubernetesObject | undefined> {
  try {
    return await cluster.get(reference);
  } catch (error) {
    if (error instanceof KubernetesError && error.isNotFound) {
      return undefined;
    }
    throw error;
  }
}
