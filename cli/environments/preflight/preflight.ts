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
  /** Number of nodes in addition to existing ones. */
  readonly newNodes: number;
  /** The account's registry in the settings. @default - none */
  readonly registryName?: string;
  /** References of all images that will run. */
  readonly images: readonly string[];
  /** @default - a shared cluster's own stack has none */
  readonly demand?: NodeDemand;
}

/**
 * Runs all checks that change nothing, and returns all faults.
 *
 * Sends seven requests to DigitalOcean, one more for a registry, and those of `resolve` for the images. It finds missing scopes
 * of the token that reading needs.
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
    ...(request.demand !== undefined && isHad(sizes)
      ? checkNodes(request.demand, sizes, offers?.nodeSizesIn(region))
      : []),
    ...(offers === undefined ? [] : priceResult(request, offers)),
  ];
}
