/** Reading and changing manifests: objects as the program gives them, in which values may still be unknown. */
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/properties";
import type { KubernetesObject, ObjectReference } from "../api/object";

/** A Kubernetes object in a program's inputs or in the state, with its secrets unwrapped. */
export type Manifest = PropertyMap;

/** The value at a path, or undefined. */
export function valueAt(manifest: Manifest, ...path: string[]): PropertyValue | undefined {
  let value: PropertyValue | undefined = manifest;
  for (const key of path) {
    value = isPropertyMap(value) ? value[key] : undefined;
  }
  return value;
}

/** The text at a path; empty when it is missing or unknown. */
export function textAt(manifest: Manifest, ...path: string[]): string {
  const value = valueAt(manifest, ...path);
  return typeof value === "string" ? value : "";
}

/** Sets a value at a path. Creates missing maps on the way. */
export function withValue(
  manifest: Manifest,
  path: readonly string[],
  value: PropertyValue,
): Manifest {
  const [key, ...rest] = path;
  if (key === undefined) {
    return manifest;
  }
  const inner = manifest[key];
  return {
    ...manifest,
    [key]: rest.length === 0 ? value : withValue(isPropertyMap(inner) ? inner : {}, rest, value),
  };
}

/** Removes the value at a path. */
export function withoutValue(manifest: Manifest, path: readonly string[]): Manifest {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    return Object.fromEntries(Object.entries(manifest).filter(([name]) => name !== key));
  }
  const inner = manifest[key];
  return isPropertyMap(inner) ? { ...manifest, [key]: withoutValue(inner, rest) } : manifest;
}

export function annotationOf(manifest: Manifest, name: string): string {
  return textAt(manifest, "metadata", "annotations", name);
}

/** The object that a manifest describes. */
export function referenceOf(manifest: Manifest): ObjectReference {
  return {
    apiVersion: textAt(manifest, "apiVersion"),
    kind: textAt(manifest, "kind"),
    name: textAt(manifest, "metadata", "name"),
    namespace: textAt(manifest, "metadata", "namespace"),
  };
}

/** The API server's answer is JSON, so it can be kept as properties. */
export function manifestOf(object: KubernetesObject): Manifest {
  return object as object as Manifest;
}
