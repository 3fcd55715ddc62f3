import type { KustomizeImage } from "./image-overrides";
import { parseImageReference } from "./image-reference";
import type { KubernetesObject } from "./manifest";

/**
 * Replaces the images of containers and init containers at any depth, as kustomize's `images` does. Skips
 * CustomResourceDefinitions, where such lists are part of a schema.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/filters/imagetag/legacy.go
 */
export function replaceImages(
  object: KubernetesObject,
  images: readonly KustomizeImage[],
): KubernetesObject {
  return object.kind === "CustomResourceDefinition" || images.length === 0
    ? object
    : (inNode(object, images) as KubernetesObject);
}

function inNode(node: unknown, images: readonly KustomizeImage[]): unknown {
  if (Array.isArray(node)) {
    return node.map((item) => inNode(item, images));
  }
  if (typeof node !== "object" || node === null) {
    return node;
  }
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      const inner = inNode(value, images);
      const isList = (key === "containers" || key === "initContainers") && Array.isArray(inner);
      return [key, isList ? inner.map((container) => withImage(container, images)) : inner];
    }),
  );
}

function withImage(container: unknown, images: readonly KustomizeImage[]): unknown {
  const { image } = (container ?? {}) as { readonly image?: unknown };
  return typeof image === "string"
    ? { ...(container as object), image: replaced(image, images) }
    : container;
}

function replaced(image: string, images: readonly KustomizeImage[]): string {
  const reference = parseImageReference(image);
  const { newName, newTag, digest } = images.find(({ name }) => name === reference.name) ?? {};
  const name = newName ?? reference.name;
  if (digest !== undefined) {
    return `${name}@${digest}`;
  }
  if (newTag !== undefined) {
    return `${name}:${newTag}`;
  }
  return `${name}${image.slice(reference.name.length)}`;
}
