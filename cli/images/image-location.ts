import type { ImageReference } from "../../core/manifests/image-reference";

/** Where an image is to be asked for. */
export interface ImageLocation {
  /** Host of the registry's API, with a port if one is named. */
  readonly registry: string;
  /** Path of the image in it. */
  readonly repository: string;
  /** Digest if the image has one, else its tag. */
  readonly reference: string;
}

/** Docker Hub's API is on another host than images' names and the credentials for it say. */
export const DOCKER_HUB = "registry-1.docker.io";
const DOCKER_HUB_NAMES = ["docker.io", "index.docker.io", DOCKER_HUB];

/**
 * Fills in what an image's name leaves out, as container runtimes do: `redis` is `library/redis:latest` of Docker Hub.
 *
 * @see https://github.com/distribution/reference (normalize.go)
 */
export function locate({ name, tag, digest }: ImageReference): ImageLocation {
  const reference = digest ?? tag ?? "latest";
  const slash = name.indexOf("/");
  const host = slash < 0 ? "" : name.slice(0, slash);
  const hasHost = /[.:]/.test(host) || host === "localhost";
  if (hasHost && !DOCKER_HUB_NAMES.includes(host)) {
    return { registry: host, repository: name.slice(slash + 1), reference };
  }
  const path = hasHost ? name.slice(slash + 1) : name;
  const repository = path.includes("/") ? path : `library/${path}`;
  return { registry: DOCKER_HUB, repository, reference };
}
