/** Reports failures to the engine. */
import { InitializationFailedError } from "../../protocol/errors";
import type { PropertyMap } from "../../protocol/properties";
import { KubernetesError } from "../api/errors";
import { type KubernetesObject, qualifiedName } from "../api/object";
import type { NotReadyError } from "../await/not-ready";

/** The object exists: the engine keeps it in the state, and tries again at the next update. */
export function initializationFailed(
  message: string,
  error: NotReadyError,
  state: PropertyMap,
  inputs?: PropertyMap,
): InitializationFailedError {
  const id = qualifiedName(error.object.metadata);
  return new InitializationFailedError(id, state, [message, ...error.reasons], inputs);
}

/** Adds the remedy to a conflict of field managers. */
export function explainConflict(error: unknown, manager: string): unknown {
  if (!(error instanceof KubernetesError) || !error.isConflict) {
    return error;
  }
  return new KubernetesError(
    error.code,
    `server-side apply field conflict: fields that ${manager} is to manage are managed by others. ` +
      `Leave them out of the program, or take them over with the annotation pulumi.com/patchForce: "true". ${error.message}`,
    error.reason,
    error.details,
  );
}

/** A preview omits the status, which a dry run leaves empty. */
export function withoutStatus(object: KubernetesObject): KubernetesObject {
  const { status: _, ...rest } = object as KubernetesObject & { status?: unknown };
  return rest;
}
