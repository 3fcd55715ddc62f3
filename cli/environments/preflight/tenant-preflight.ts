import { billOfObjects } from "../../../core/money/bill";
import { describePrice, pricePerHour } from "../../../core/money/prices";
import { type ComputeQuota, shareOf } from "../../../core/money/shared-capacity";
import { Catalogue, type Largest } from "../../account/catalogue";
import type { Cluster, DigitalOcean } from "../../account/digitalocean";
import { DigitalOceanError } from "../../account/digitalocean-error";
import type { ResolveImage } from "../../images/resolve-image";
import { ClusterObjects } from "../../shared-clusters/cluster-objects";
import type { Context } from "../../terminal/context";
import type { Rendered } from "../render";
import { checkAccount, checkRegistry, checkRequests } from "./account-checks";
import { answerOf, isHad } from "./answers";
import { checkImages } from "./image-checks";
import type { PreflightResult } from "./preflight-result";
import { checkNamespace, checkRoom } from "./room";
import type { WantedCluster } from "./wanted-cluster";

/** What an environment is about to ask of a cluster that others use, too. */
export interface TenantRequest extends Pick<Rendered, "images" | "objects"> {
  readonly namespace: string;
  /** On a namespace that is its own. */
  readonly ownerLabels: Readonly<Record<string, string>>;
  readonly quota: ComputeQuota;
  readonly overcommit: number;
  /** The account's registry that the settings name. @default - they name none */
  readonly registryName?: string;
}

/**
 * Checks all that can be checked of an environment on a shared cluster without changing anything, and tells all faults at
 * once. Whether the account has Droplets left does not matter to it.
 *
 * Makes six requests to DigitalOcean, one more for a registry, two to the cluster, and what `resolve` needs.
 */
export async function tenantPreflight(
  { signal }: Pick<Context, "signal">,
  order: TenantRequest,
  host: WantedCluster | PreflightResult,
  account: DigitalOcean,
  resolve: ResolveImage,
): Promise<PreflightResult[]> {
  const profile = await answerOf(account.account());
  if (profile instanceof DigitalOceanError && profile.status !== 403) {
    // Every other request would fail in the same way.
    return [{ check: "token", state: "fault", message: profile.message, fix: profile.fix }];
  }
  const { registryName, images } = order;
  const [sizes, options, clusters, loadBalancers, volumes, snapshots, registries, ofImages] =
    await Promise.all([
      answerOf(account.sizes()),
      answerOf(account.kubernetesOptions()),
      answerOf(account.clusters()),
      // Not needed before the environment is taken down: then each kind is asked for.
      answerOf(account.loadBalancers()),
      answerOf(account.volumes()),
      answerOf(account.volumeSnapshots()),
      registryName === undefined ? [] : answerOf(account.registries()),
      checkImages(images, resolve),
    ]);
  const answers = [sizes, options, clusters, loadBalancers, volumes, snapshots, registries];
  const catalogue = isHad(sizes) && isHad(options) ? new Catalogue(sizes, options) : undefined;
  return [
    ...(isHad(profile) ? [checkAccount(profile)] : []),
    ...checkRequests(answers.filter((answer) => answer instanceof DigitalOceanError)),
    ...("check" in host ? [host] : []),
    ...("cluster" in host && isHad(clusters) && catalogue !== undefined
      ? await checkCluster(order, host, clusters, catalogue, (id) =>
          ClusterObjects.open(account, id, signal),
        )
      : []),
    ...(registryName !== undefined && isHad(registries)
      ? [checkRegistry(registryName, registries)]
      : []),
    ...ofImages,
  ];
}

async function checkCluster(
  order: TenantRequest,
  { cluster: wanted }: WantedCluster,
  clusters: readonly Cluster[],
  catalogue: Catalogue,
  open: (id: string) => Promise<ClusterObjects | undefined>,
): Promise<PreflightResult[]> {
  const found = clusters.filter(({ id, name }) => id === wanted || name === wanted);
  const [cluster] = found;
  const state = cluster?.status.state;
  const objects =
    state === "running" && found.length === 1 ? await open(cluster?.id ?? "") : undefined;
  if (cluster === undefined || objects === undefined) {
    return [unfit(wanted, found)];
  }
  const largest = catalogue.largestOf(
    cluster.node_pools.map(({ size, count, auto_scale, max_nodes }) => ({
      size,
      count: auto_scale ? (max_nodes ?? count) : count,
    })),
  );
  return [
    { check: "host", state: "ok", message: `it lives on cluster ${cluster.name}` },
    await checkNamespace(objects, order.namespace, order.ownerLabels),
    ...(largest === undefined
      ? []
      : [
          await checkRoom(objects, order, largest.capacity, order.overcommit),
          tellShare(order, largest),
        ]),
  ];
}

function unfit(wanted: string, found: readonly Cluster[]): PreflightResult {
  const [cluster, ...more] = found;
  const why =
    cluster === undefined
      ? `this DigitalOcean account has no cluster "${wanted}", on which it is to live`
      : more.length > 0
        ? `this DigitalOcean account has ${found.length} clusters named "${wanted}": ${found.map(({ id }) => id).join(", ")}`
        : `cluster "${cluster.name}", on which it is to live, does not run: it is ${cluster.status.state}`;
  return {
    check: "host",
    state: "fault",
    message: why,
    fix: "`doctl kubernetes cluster list` shows all; --set hostCluster=<id> names another, `doks-env up <host stack>` makes one anew",
  };
}

/** What the quota is of all that the nodes can give, and its own load balancers and volumes. */
function tellShare({ quota, objects }: TenantRequest, largest: Largest): PreflightResult {
  const pricePerHourUsd = pricePerHour({
    nodes: [{ count: shareOf(quota, largest.capacity), usdPerHour: largest.usdPerHour }],
    ...billOfObjects(objects, largest.nodes),
  });
  const message = `it costs ${describePrice(pricePerHourUsd)}, its share of the cluster`;
  return { check: "price", state: "ok", message, pricePerHourUsd };
}
