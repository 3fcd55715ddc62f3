import type { ImageReference } from "../../core/manifests/image-reference";
import type { DigitalOcean } from "../account/digitalocean";
import { ACCOUNT_REGISTRY, resolveInAccount } from "./account-registry";
import { DockerCredentials } from "./docker-credentials";
import { locate } from "./image-location";
import { resolveAtRegistry } from "./registry-client";
import type { Resolution } from "./resolution";

/**
 * An image's existence and digest. They are unknown, without an error, if the registry cannot be reached or refuses.
 */
export type ResolveImage = (image: ImageReference) => Promise<Resolution>;

/**
 * Looks up images of the account's own registries by DigitalOcean's API, and all others by their registry's API with the
 * credentials of `docker login`. Each image is looked up once.
 *
 * @param account - called only for an image in an account's registry: others need no token of DigitalOcean
 * @param env - determines the path of docker's config.json
 * @param registries - allowed hosts. @default - all
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
