import { parseImageReference } from "../../core/manifests/image-reference";
import { imagesOf, type KubernetesObject } from "../../core/manifests/manifest";
import { readYaml } from "../../core/manifests/read-yaml";
import { locate } from "../images/image-location";
import type { ForeignOverlay } from "./foreign-overlay";

interface Kustomization {
  readonly images?: readonly { readonly newName?: string }[];
}

/**
 * Returns the hosts of the registries in the image names of a tree's manifests and kustomizations. The tree is not built, so
 * images from generators and patches are not found, and their registries receive no request.
 */
export function registriesIn({ files }: Pick<ForeignOverlay, "files">): string[] {
  const documents = [...files]
    .filter(([path]) => /\.ya?ml$|\/Kustomization$/.test(path))
    .flatMap(([, text]) => readYaml(text));
  const names = [
    ...imagesOf(documents as KubernetesObject[]),
    ...(documents as Kustomization[]).flatMap(({ images }) =>
      Array.isArray(images) ? images.flatMap(({ newName }) => newName ?? []) : [],
    ),
  ];
  return [...new Set(names.map((name) => locate(parseImageReference(name)).registry))].sort();
}
