import type { DigitalOcean } from "../../account/digitalocean";
import { DigitalOceanError } from "../../account/digitalocean-error";
import type { ResolveImage } from "../../images/resolve-image";
import { checkRegistry, checkRequests } from "./account-checks";
import { checkImages } from "./image-checks";
import { fault } from "./preflight-result";

type Answer<T> = T | DigitalOceanError;

/**
 * Reads the facts of the account that every placement needs, and those of one placement.
 *
 * @param registryName - the account's registry in the settings, if any
 * @returns a fault for an invalid token, with which every other request would fail in the same way
 */
export async function askAccount<T>(
  account: DigitalOcean,
  { registryName, images }: { readonly registryName?: string; readonly images: readonly string[] },
  resolve: ResolveImage,
  askMore: () => Promise<T>,
) {
  const profile = await answerOf(account.account());
  if (profile instanceof DigitalOceanError && profile.status !== 403) {
    return { fault: fault("token", profile) };
  }
  const [sizes, options, more, loadBalancers, volumes, snapshots, registries, imageResults] =
    await Promise.all([
      answerOf(account.sizes()),
      answerOf(account.kubernetesOptions()),
      answerOf(askMore()),
      // Needed only for the teardown, which lists each kind. Here only the scope counts.
      answerOf(account.requireListable("load balancer")),
      answerOf(account.requireListable("volume")),
      answerOf(account.requireListable("volume snapshot")),
      registryName === undefined ? [] : answerOf(account.registries()),
      checkImages(images, resolve),
    ]);
  const answers = [sizes, options, more, loadBalancers, volumes, snapshots, registries];
  return {
    profile,
    sizes,
    options,
    more,
    scopes: checkRequests(answers.filter((answer) => answer instanceof DigitalOceanError)),
    registry:
      registryName !== undefined && isHad(registries)
        ? [checkRegistry(registryName, registries)]
        : [],
    images: imageResults,
  };
}

/** Waits for a response of DigitalOcean. @returns an error as a value, so that the other checks continue */
export async function answerOf<T>(request: Promise<T>): Promise<Answer<T>> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof DigitalOceanError) {
      return error;
    }
    throw error;
  }
}

export function isHad<T>(answer: Answer<T>): answer is T {
  return !(answer instanceof DigitalOceanError);
}
