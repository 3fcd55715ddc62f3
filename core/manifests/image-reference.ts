export interface ImageReference {
  /** Registry and repository, e.g. `registry.digitalocean.com/acme/api`. */
  readonly name: string;
  readonly tag?: string;
  /** `sha256:<64 hex>` */
  readonly digest?: string;
}

/** The service of an image is the last part of its name: `api` of `registry.digitalocean.com/acme/api`. */
export function serviceOf(image: ImageReference): string {
  return image.name.slice(image.name.lastIndexOf("/") + 1);
}

/**
 * Parses an image reference. A colon before the last slash belongs to the registry's port, not to a tag.
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
    digest,
  };
}

export interface ImageRepository {
  /** The registry's host, with its port if the name has one. */
  readonly registry: string;
  readonly path: string;
}

const DOCKER_HUB = "docker.io";
/** Other hosts of Docker Hub: its former index, and its API. */
const ALSO_DOCKER_HUB: readonly string[] = ["index.docker.io", "registry-1.docker.io"];

/**
 * Fills in the omitted parts of an image's name, as container runtimes do: `redis` is `library/redis` on Docker Hub.
 *
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function repositoryOf({ name }: Pick<ImageReference, "name">): ImageRepository {
  const slash = name.indexOf("/");
  const host = name.slice(0, Math.max(slash, 0));
  const hasHost = /[.:]/.test(host) || host === "localhost" || host !== host.toLowerCase();
  const path = hasHost ? name.slice(slash + 1) : name;
  return hasHost && host !== DOCKER_HUB && !ALSO_DOCKER_HUB.includes(host)
    ? { registry: host, path }
    : { registry: DOCKER_HUB, path: path.includes("/") ? path : `library/${path}` };
}

/** The canonical name for all spellings of an image's name: `docker.io/library/redis` for `redis`. */
export function normalName(image: Pick<ImageReference, "name">): string {
  const { registry, path } = repositoryOf(image);
  return `${registry}/${path}`;
}

/**
 * Whether an image is one of Docker Hub's official ones, such as `redis`. No team builds these, so a tag for the team's
 * images must not apply to them.
 */
export function isOfficialImage(image: ImageReference): boolean {
  const { registry, path } = repositoryOf(image);
  return registry === DOCKER_HUB && path.startsWith("library/");
}
