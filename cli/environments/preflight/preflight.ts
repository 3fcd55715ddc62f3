import type { Bill } from "../../../core/money/bill";
import type { DigitalOcean } from "../../account/digitalocean";
import { Offers } from "../../account/offers";
import type { ResolveImage } from "../../images/resolve-image";
import { checkAccount, checkLimit, limitUnread } from "./account-checks";
import { askAccount, isHad } from "./answers";
import { checkPlace, checkVersion, priceResult } from "./offer-checks";
import type { PreflightResult } from "./preflight-result";
import { checkNodes, type NodeDemand } from "./tree-checks";

/** An environment's requests to the account. */
export interface ClusterRequest extends Bill {
  readonly region: string;
  /** Minor version, e.g. `1.35`. */
  readonly kubernetesVersion: string;
  readonly isNewCluster: boolean;
  /** Nodes beyond those that exist. */
  readonly newNodes: number;
  /** The account's registry that the settings name. @default - they name none */
  readonly registryName?: string;
  /** References of all images that will run. */
  readonly images: readonly string[];
  /** @default - a cluster for others runs none of its own */
  readonly demand?: NodeDemand;
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
  const answers = await askAccount(account, request, resolve, () => account.droplets());
  if (answers.fault) {
    return [answers.fault];
  }
  const { region, nodes, newNodes, kubernetesVersion, isNewCluster } = request;
  const { profile, sizes, options, more: droplets, scopes, registry, images } = answers;
  const offers = isHad(sizes) && isHad(options) ? new Offers(sizes, options) : undefined;
  return [
    isHad(profile) ? checkAccount(profile) : limitUnread(profile),
    ...scopes,
    ...(isHad(profile) && isHad(droplets)
      ? [checkLimit(newNodes, profile.droplet_limit - droplets.length)]
      : []),
    ...(offers === undefined ? [] : checkPlace(region, nodes, offers)),
    ...(offers === undefined ? [] : [checkVersion(kubernetesVersion, isNewCluster, offers)]),
    ...registry,
    ...images,
    ...(request.demand !== undefined && isHad(sizes) ? checkNodes(request.demand, sizes) : []),
    ...(offers === undefined ? [] : priceResult(request, offers)),
  ];
}
