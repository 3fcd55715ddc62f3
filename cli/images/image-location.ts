import { type ImageReference, repositoryOf } from "../../core/manifests/image-reference";

export interface ImageLocation {
  /** Host of the registry's API, with a port if one is named. */
  readonly registry: string;
  readonly repository: string;
  /** Digest if the image has one, else its tag. */
  readonly reference: string;
}

/** Docker Hub's API has another host than image names and credentials. */
export const DOCKER_HUB = "registry-1.docker.io";

/** Returns the API's location of an image; the tag is `latest` without a digest or tag. */
export function locate(image: ImageReference): ImageLocation {
  const { registry, path } = repositoryOf(image);
  return {
    registry: registry === "docker.io" ? DOCKER_HUB : registry,
    repository: path,
    reference: image.digest ?? image.tag ?? "latest",
  };
}
