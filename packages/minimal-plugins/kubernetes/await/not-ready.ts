/** An object that exists, but did not become what was waited for. */
import type { KubernetesObject } from "../api/object";

export class NotReadyError extends Error {
  public override readonly name = "NotReadyError";

  public constructor(
    message: string,
    /** The object as it was last seen. */
    public readonly object: KubernetesObject,
    /** The missing conditions, one sentence each. */
    public readonly reasons: readonly string[],
  ) {
    super(message);
  }
}
