import type { DigitalOcean } from "../account/digitalocean";
import { DigitalOceanError } from "../account/digitalocean-error";
import type { ImageLocation } from "./image-location";
import type { Resolution } from "./resolution";

/** The registry of all DigitalOcean accounts: `registry.digitalocean.com/<an account's registry>/<repository>`. */
export const ACCOUNT_REGISTRY = "registry.digitalocean.com";

/**
 * Looks up an image in the account's own registries. It uses the account's API, because the registry's API needs credentials,
 * whose scope would allow changes of the registry.
 *
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Container-Registries
 */
export async function resolveInAccount(
  location: ImageLocation,
  account: DigitalOcean,
): Promise<Resolution> {
  const slash = location.repository.indexOf("/");
  const registry = location.repository.slice(0, Math.max(slash, 0));
  const repository = location.repository.slice(slash + 1);
  if (registry === "") {
    return "absent";
  }
  try {
    return await find(registry, repository, location.reference, account);
  } catch (error) {
    if (!(error instanceof DigitalOceanError)) {
      throw error;
    }
    return { unknown: reasonOf(error) };
  }
}

async function find(
  registry: string,
  repository: string,
  reference: string,
  account: DigitalOcean,
): Promise<Resolution> {
  const look = reference.includes(":") ? findDigest : findTag;
  try {
    return await look(registry, repository, reference, account);
  } catch (error) {
    if (error instanceof DigitalOceanError && error.status === 404) {
      return whyNotFound(registry, account);
    }
    throw error;
  }
}

async function findTag(
  registry: string,
  repository: string,
  wanted: string,
  account: DigitalOcean,
): Promise<Resolution> {
  for await (const { tag, manifest_digest } of account.repositoryTags(registry, repository)) {
    if (tag === wanted) {
      return { digest: manifest_digest };
    }
  }
  return "absent";
}

async function findDigest(
  registry: string,
  repository: string,
  wanted: string,
  account: DigitalOcean,
): Promise<Resolution> {
  for await (const { digest } of account.repositoryManifests(registry, repository)) {
    if (digest === wanted) {
      return { digest };
    }
  }
  return "absent";
}

/** Another account's registry cannot be read, and its images may well exist. */
async function whyNotFound(registry: string, account: DigitalOcean): Promise<Resolution> {
  const registries = await account.registries();
  return registries.some(({ name }) => name === registry)
    ? "absent"
    : { unknown: `the token's account has no registry named "${registry}"` };
}

/** Removes the parts that differ between requests, so that images with the same reason are reported together. */
function reasonOf({ status, missingScope }: DigitalOceanError): string {
  if (missingScope !== undefined) {
    return `the token lacks the scope ${missingScope}`;
  }
  return status === undefined
    ? "DigitalOcean cannot be reached"
    : `DigitalOcean answered ${status} to the request for a repository's images`;
}
