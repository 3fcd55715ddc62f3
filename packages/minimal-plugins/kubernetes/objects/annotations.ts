/**
 * Annotations with which a program configures the provider for one object.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/ and provider/pkg/metadata of the official one
 */
import type { Propagation } from "../api/cluster";
import { annotationOf, type Manifest } from "./manifest";

/** Set by the provider on an object with an automatic name. */
export const AUTONAMED = "pulumi.com/autonamed";
const SKIP_AWAIT = "pulumi.com/skipAwait";
/** JSONPath or condition expressions that replace the provider's own definition of readiness. */
export const WAIT_FOR = "pulumi.com/waitFor";
const TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds";
const PATCH_FORCE = "pulumi.com/patchForce";
const PATCH_FIELD_MANAGER = "pulumi.com/patchFieldManager";
const DELETION_PROPAGATION = "pulumi.com/deletionPropagationPolicy";
const REPLACE_UNREADY = "pulumi.com/replaceUnready";

const DEFAULT_TIMEOUT_SECONDS = 600;

export function isAutonamed(manifest: Manifest): boolean {
  return annotationOf(manifest, AUTONAMED) === "true";
}

export function skipsAwait(manifest: Manifest): boolean {
  return annotationOf(manifest, SKIP_AWAIT) === "true";
}

export function forcesPatch(manifest: Manifest): boolean {
  return annotationOf(manifest, PATCH_FORCE) === "true";
}

/** Empty when the annotation is not set. */
export function fieldManagerOf(manifest: Manifest): string {
  return annotationOf(manifest, PATCH_FIELD_MANAGER);
}

export function replacesUnready(manifest: Manifest): boolean {
  return annotationOf(manifest, REPLACE_UNREADY) === "true";
}

/** Timeout in seconds: the resource option, else the annotation, else ten minutes. */
export function timeoutSeconds(option: number, manifest: Manifest): number {
  const annotation = annotationOf(manifest, TIMEOUT_SECONDS);
  if (option !== 0) {
    return option;
  }
  return /^\d+$/.test(annotation) ? Number(annotation) : DEFAULT_TIMEOUT_SECONDS;
}

export function propagationOf(manifest: Manifest): Propagation {
  switch (annotationOf(manifest, DELETION_PROPAGATION).toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}
