import { type KubernetesObject, withAnnotations } from "../manifests/manifest";

/** kustomize's annotation with the source file of an object. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/ */
const ORIGIN = "config.kubernetes.io/origin";
const FILE = /^(path|configuredIn): (.*)$/gm;

/**
 * Replaces the paths in these annotations with the users' names for them, and adds the patches.
 *
 * @param nameOf - by the path in the annotation
 * @param patchesOf - files with patches that may have changed an object, by the users' names
 */
export function withFilesFrom(
  objects: readonly KubernetesObject[],
  nameOf: (file: string) => string,
  patchesOf: (object: KubernetesObject) => readonly string[],
): KubernetesObject[] {
  return objects.map((object) => {
    const { [ORIGIN]: origin, ...others } = object.metadata.annotations ?? {};
    if (origin === undefined) {
      return object;
    }
    const named = origin.replaceAll(
      FILE,
      (_, field: string, file: string) => `${field}: ${nameOf(file)}`,
    );
    const patches = patchesOf(object).map((file) => `patchedIn: ${file}\n`);
    return withAnnotations(object, { ...others, [ORIGIN]: [named, ...patches].join("") });
  });
}

/** Removes the annotation, which is not part of the tree. */
export function withoutOrigin(object: KubernetesObject): KubernetesObject {
  const { [ORIGIN]: origin, ...others } = object.metadata.annotations ?? {};
  return origin === undefined ? object : withAnnotations(object, others);
}
