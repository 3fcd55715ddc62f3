/** Waits for a created or updated object as its inputs request. */
import type { RequestContext } from "../../protocol/provider";
import type { KubernetesObject } from "../api/object";
import { awaiterFor } from "../await/awaiters";
import { NotReadyError } from "../await/not-ready";
import { waitUntilReady } from "../await/wait";
import { waitFor } from "../await/wait-for";
import { skipsAwait, timeoutSeconds, WAIT_FOR } from "../objects/annotations";
import { annotationOf, type Manifest } from "../objects/manifest";
import type { Session } from "./session";

export interface Submitted {
  readonly inputs: Manifest;
  /** Object in the API server's response. */
  readonly object: KubernetesObject;
  /** The resource option, in seconds; 0 for none. */
  readonly timeout: number;
}

/** @throws {NotReadyError} when it does not become ready. */
export async function settle(
  session: Session,
  { inputs, object, timeout }: Submitted,
  { signal, log }: RequestContext,
): Promise<KubernetesObject> {
  if (skipsAwait(inputs)) {
    return object;
  }
  const expression = annotationOf(inputs, WAIT_FOR);
  const awaiter = expression ? waitFor(expression) : awaiterFor(object);
  if (awaiter === undefined) {
    return object;
  }
  const seconds = timeoutSeconds(timeout, inputs);
  try {
    return await waitUntilReady({
      ...session.api,
      awaiter,
      object,
      timeoutSeconds: seconds,
      signal,
      log,
    });
  } catch (error) {
    // The object exists, even if the wait failed.
    throw error instanceof NotReadyError
      ? error
      : new NotReadyError((error as Error).message, object, []);
  }
}
