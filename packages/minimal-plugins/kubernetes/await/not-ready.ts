/** An object that exists, but did not become ready or deleted in time. */
import type { KubernetesObject } from "../api/object";

export class NotReadyError extends Error {
  public override readonly name = "NotReadyError";

  public constructor(
    message: string,
    /** Last known state of the object. */
    public readonly object: KubernetesObject,
    /** The missing conditions, one sentence each. */
    public readonly reasons: readonly string[],
  ) {
    super(message);
  }
}
