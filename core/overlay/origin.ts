import type { KubernetesObject } from "../manifests/manifest";

/** kustomize notes here which file an object comes from. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/ */
const ORIGIN = "config.kubernetes.io/origin";
const FILE = /^(path|configuredIn): (.*)$/gm;

/**
 * Gives the files in these notes names that people know, and adds the patches.
 *
 * @param nameOf - by the path that kustomize has noted
 * @param patchesOf - files with patches that may have changed an object, by the names that people know
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

/** Takes the note out again: it is not the tree's. */
export function withoutOrigin(object: KubernetesObject): KubernetesObject {
  const { [ORIGIN]: origin, ...others } = object.metadata.annotations ?? {};
  return origin === undefined ? object : withAnnotations(object, others);
}

function withAnnotations(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
  };
}
