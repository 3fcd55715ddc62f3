import type { Bill } from "../../../core/money/bill";
import type { DigitalOcean } from "../../account/digitalocean";
import { DigitalOceanError } from "../../account/digitalocean-error";
import { Offers } from "../../account/offers";
import type { ResolveImage } from "../../images/resolve-image";
import {
  checkAccount,
  checkLimit,
  checkRegistry,
  checkRequests,
  limitUnread,
} from "./account-checks";
import { answerOf, isHad } from "./answers";
import { checkImages } from "./image-checks";
import { checkPlace, checkVersion, priceResult } from "./offer-checks";
import type { PreflightResult } from "./preflight-result";

/** An environment's requests to the account. */
export interface ClusterRequest extends Bill {
  readonly region: string;
  /** Minor version, e.g. `1.35`. */
  readonly kubernetesVersion: string;
  /** Whether the cluster is yet to be created. */
  readonly isNewCluster: boolean;
  /** Nodes beyond those that exist. */
  readonly newNodes: number;
  /** The account's registry that the settings name. @default - they name none */
  readonly registryName?: string;
  /** References of all images that will run. */
  readonly images: readonly string[];
}

/**
 * Checks all that can be checked of an order without changing anything, and tells all faults at once.
 *
 * Makes seven requests to DigitalOcean, one more for a registry, and what `resolve` needs for the images. Of the token's
 * scopes those are found missing that reading needs.
 */
export async function preflight(
  request: ClusterRequest,
  account: DigitalOcean,
  resolve: ResolveImage,
): Promise<PreflightResult[]> {
  const profile = await answerOf(account.account());
  if (profile instanceof DigitalOceanError && profile.status !== 403) {
    // Every other request would fail in the same way.
    return [{ check: "token", state: "fault", message: profile.message, fix: profile.fix }];
  }
  const { region, nodes, newNodes, kubernetesVersion, isNewCluster, registryName } = request;
  const [sizes, options, droplets, loadBalancers, volumes, snapshots, registries, images] =
    await Promise.all([
      answerOf(account.sizes()),
      answerOf(account.kubernetesOptions()),
      answerOf(account.droplets()),
      // Not needed before the environment is taken down: then each kind is listed. Here only the scope counts.
      answerOf(account.requireListable("load balancer")),
      answerOf(account.requireListable("volume")),
      answerOf(account.requireListable("volume snapshot")),
      registryName === undefined ? [] : answerOf(account.registries()),
      checkImages(request.images, resolve),
    ]);
  const answers = [sizes, options, droplets, loadBalancers, volumes, snapshots, registries];
  const offers = isHad(sizes) && isHad(options) ? new Offers(sizes, options) : undefined;
  return [
    isHad(profile) ? checkAccount(profile) : limitUnread(profile),
    ...checkRequests(answers.filter((answer) => answer instanceof DigitalOceanError)),
    ...(isHad(profile) && isHad(droplets)
      ? [checkLimit(newNodes, profile.droplet_limit - droplets.length)]
      : []),
    ...(offers === undefined ? [] : checkPlace(region, nodes, offers)),
    ...(offers === undefined ? [] : [checkVersion(kubernetesVersion, isNewCluster, offers)]),
    ...(registryName !== undefined && isHad(registries)
      ? [checkRegistry(registryName, registries)]
      : []),
    ...images,
    ...(offers === undefined ? [] : priceResult(request, offers)),
  ];
}
