import type { ImageReference } from "../../core/manifests/image-reference";
import type { DigitalOcean } from "../account/digitalocean";
import { ACCOUNT_REGISTRY, resolveInAccount } from "./account-registry";
import { DockerCredentials } from "./docker-credentials";
import { locate } from "./image-location";
import { resolveAtRegistry } from "./registry-client";
import type { Resolution } from "./resolution";

/**
 * Whether an image exists, and its digest. A registry that cannot be reached or refuses is not a reason to fail, and says
 * nothing about the image.
 */
export type ResolveImage = (image: ImageReference) => Promise<Resolution>;

/**
 * Asks for images of the account's own registries by DigitalOcean's API, for any other by the registry's, with what
 * `docker login` has left behind. Each image is asked for once.
 *
 * @param account - called only for an image in an account's registry: the others need no token of DigitalOcean
 * @param env - tells where docker's config.json is
 * @param registries - hosts that may be asked. @default - any
 */
export function imageResolver(
  account: () => DigitalOcean,
  env: NodeJS.ProcessEnv,
  registries?: readonly string[],
): ResolveImage {
  const docker = DockerCredentials.read(env);
  const asked = new Map<string, Promise<Resolution>>();
  return (image) => {
    const location = locate(image);
    const { registry, repository, reference } = location;
    if (registries?.includes(registry) === false) {
      const unknown = `${registry} was not asked, because the base branch's tree has no image from it`;
      return Promise.resolve({ unknown });
    }
    const key = `${registry}/${repository} ${reference}`;
    const resolution =
      asked.get(key) ??
      (registry === ACCOUNT_REGISTRY
        ? resolveInAccount(location, account())
        : resolveAtRegistry(location, docker));
    asked.set(key, resolution);
    return resolution;
  };
}
