import type { DigitalOcean } from "../../account/digitalocean";
import { DigitalOceanError } from "../../account/digitalocean-error";
import type { ResolveImage } from "../../images/resolve-image";
import { checkRegistry, checkRequests } from "./account-checks";
import { checkImages } from "./image-checks";
import { fault } from "./preflight-result";

type Answer<T> = T | DigitalOceanError;

/**
 * Asks the account everything that an environment of any placement has to know of it, and one thing more.
 *
 * @param registryName - the account's registry that the settings name, if they name one
 * @returns a fault when the token is not valid: every other request would fail in the same way
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
      // Not needed before the environment is taken down: then each kind is listed. Here only the scope counts.
      answerOf(account.requireListable("load balancer")),
      answerOf(account.requireListable("volume")),
      answerOf(account.requireListable("volume snapshot")),
      registryName === undefined ? [] : answerOf(account.registries()),
      checkImages(images, resolve),
    ]);
  const answers = [sizes, options, more, loadBalancers, volumes, snapshots, registries];
  return {
    ...{ profile, sizes, options, more },
    scopes: checkRequests(answers.filter((answer) => answer instanceof DigitalOceanError)),
    registry:
      registryName !== undefined && isHad(registries)
        ? [checkRegistry(registryName, registries)]
        : [],
    images: imageResults,
  };
}

/** Waits for an answer of DigitalOcean. @returns the error in its place, so that the other checks can go on */
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
