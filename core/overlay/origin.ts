import type { KubernetesObject } from "../manifests/manifest";

/** kustomize notes here which file an object comes from. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/ */
const ORIGIN = "config.kubernetes.io/origin";
const FILE = /^(path|configuredIn): (.*)$/gm;

/**
 * Gives the files in these notes names that people know.
 *
 * @param nameOf - by the path that kustomize has noted
 */
export function withFilesFrom(
  objects: readonly KubernetesObject[],
  nameOf: (file: string) => string,
): KubernetesObject[] {
  return objects.map((object) => {
    const { [ORIGIN]: origin, ...others } = object.metadata.annotations ?? {};
    return origin === undefined
      ? object
      : withAnnotations(object, {
          ...others,
          [ORIGIN]: origin.replaceAll(
            FILE,
            (_, field: string, file: string) => `${field}: ${nameOf(file)}`,
          ),
        });
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
