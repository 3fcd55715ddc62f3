import { type ImageReference, repositoryOf } from "../../core/manifests/image-reference";

export interface ImageLocation {
  /** Host of the registry's API, with a port if one is named. */
  readonly registry: string;
  readonly repository: string;
  /** Digest if the image has one, else its tag. */
  readonly reference: string;
}

/** Docker Hub's API is on another host than images' names and the credentials for it have. */
export const DOCKER_HUB = "registry-1.docker.io";

/** Where the API is that tells of an image; `latest` when its name has neither digest nor tag. */
export function locate(image: ImageReference): ImageLocation {
  const { registry, path } = repositoryOf(image);
  return {
    registry: registry === "docker.io" ? DOCKER_HUB : registry,
    repository: path,
    reference: image.digest ?? image.tag ?? "latest",
  };
}
