/** A container image as a manifest names it, taken apart. */
export interface ImageReference {
  /** Registry and repository, e.g. `registry.digitalocean.com/acme/api`. */
  readonly name: string;
  readonly tag?: string;
  /** `sha256:<64 hex>` */
  readonly digest?: string;
}

/** The last part of a repository is the service: `api` of `registry.digitalocean.com/acme/api`. */
export function serviceOf(image: ImageReference): string {
  return image.name.slice(image.name.lastIndexOf("/") + 1);
}

/**
 * Takes an image reference apart. A colon before the last slash belongs to the registry's port, not to a tag.
 *
 * @see https://github.com/distribution/reference (the grammar)
 */
export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  const tagged = colon > rest.lastIndexOf("/");
  return {
    name: tagged ? rest.slice(0, colon) : rest,
    ...(tagged ? { tag: rest.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Whether an image is one of Docker Hub's official ones, such as `redis`: nobody's own build, so a tag that is
 * meant for the team's images must not be put on it.
 */
export function isOfficialImage(image: ImageReference): boolean {
  return !image.name.includes("/") || image.name.startsWith("docker.io/library/");
}
