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

/** Where an image is, with everything that its name may leave out. */
export interface ImageRepository {
  /** Host of the registry as names have it, with a port if one is named. */
  readonly registry: string;
  /** Path of the image in it. */
  readonly path: string;
}

const DOCKER_HUB = "docker.io";
/** Docker Hub's other hosts: of its former index, and of its API. */
const ALSO_DOCKER_HUB: readonly string[] = ["index.docker.io", "registry-1.docker.io"];

/**
 * Fills in what an image's name leaves out, as container runtimes do: `redis` is `library/redis` of Docker Hub.
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

/** The one name that all spellings of an image's name have in common: `docker.io/library/redis` for `redis`. */
export function normalName(image: Pick<ImageReference, "name">): string {
  const { registry, path } = repositoryOf(image);
  return `${registry}/${path}`;
}

/**
 * Whether an image is one of Docker Hub's official ones, such as `redis`: nobody's own build, so a tag that is
 * meant for the team's images must not be put on it.
 */
export function isOfficialImage(image: ImageReference): boolean {
  const { registry, path } = repositoryOf(image);
  return registry === DOCKER_HUB && path.startsWith("library/");
}
