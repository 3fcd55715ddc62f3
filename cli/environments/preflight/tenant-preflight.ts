import { UserError } from "../../../core/errors";
import { billOfObjects } from "../../../core/money/bill";
import { nodeSizeOf } from "../../../core/money/node-capacity";
import { describePrice, pricePerHour } from "../../../core/money/prices";
import { type QuotaClaim, shareOf } from "../../../core/money/shared-capacity";
import { readClusterFacts } from "../../../core/rules/cluster-facts";
import type { Bounds } from "../../../core/rules/demand";
import {
  chooseSharedCluster,
  type Largest,
  largestOf,
  readTenancy,
  type TenancyFault,
  type TenancyRequest,
  tenancyFaults,
} from "../../../core/rules/tenancy";
import type { DigitalOcean } from "../../account/digitalocean";
import type { Cluster, Size } from "../../account/resources";
import type { ResolveImage } from "../../images/resolve-image";
import { ClusterObjects } from "../../shared-clusters/cluster-objects";
import type { Context } from "../../terminal/context";
import type { Rendered } from "../render";
import { checkAccount } from "./account-checks";
import { askAccount, isHad } from "./answers";
import { fault, ok, type PreflightResult } from "./preflight-result";
import { checkDemand, checkSupply, checkTree } from "./tree-checks";

/** An environment's requests to a shared cluster. */
export interface TenantRequest extends Pick<Rendered, "images" | "objects">, TenancyRequest {
  readonly bounds: Omit<Bounds, "nodes">;
  /** The account's registry in the settings. @default - none */
  readonly registryName?: string;
}

/**
 * Runs all checks of an environment on a shared cluster that change nothing, and returns all faults. The account's limit of
 * Droplets does not matter here.
 *
 * Sends six requests to DigitalOcean, one more for a registry, two to the cluster, and those of `resolve`.
 */
export async function tenantPreflight(
  { signal }: Pick<Context, "signal">,
  request: TenantRequest,
  host: string | PreflightResult,
  account: DigitalOcean,
  resolve: ResolveImage,
): Promise<PreflightResult[]> {
  const answers = await askAccount(account, request, resolve, () => account.clusters());
  if (answers.fault) {
    return [answers.fault];
  }
  const { profile, sizes, more: clusters, scopes, registry, images } = answers;
  return [
    ...(isHad(profile) ? [checkAccount(profile)] : []),
    ...scopes,
    ...(typeof host === "string" ? [] : [host]),
    ...(typeof host === "string" && isHad(clusters) && isHad(sizes)
      ? await checkCluster(request, chooseSharedCluster(host, clusters), sizes, (id) =>
          ClusterObjects.open(account, id, signal),
        )
      : []),
    ...registry,
    ...images,
  ];
}

async function checkCluster(
  request: TenantRequest,
  cluster: Cluster | UserError,
  sizes: readonly Size[],
  open: (id: string) => Promise<ClusterObjects | undefined>,
): Promise<PreflightResult[]> {
  if (cluster instanceof UserError) {
    return [fault("host", cluster)];
  }
  const objects = await open(cluster.id);
  if (objects === undefined) {
    const message = `cluster "${cluster.name}" was deleted during the check`;
    return [fault("host", { message, fix: "run the same command again" })];
  }
  const pools = cluster.node_pools.map(({ size, count, auto_scale, max_nodes }) => ({
    size,
    count: auto_scale ? (max_nodes ?? count) : count,
  }));
  const priced = sizes.map((size) => ({ ...nodeSizeOf(size), usdPerHour: size.price_hourly }));
  const { name, registry_enabled: registryIntegration = false } = cluster;
  const found = await readTenancy(objects, request);
  const faults = tenancyFaults(request, {
    cluster: { name, registryIntegration, pools },
    sizes: priced,
    ...found,
  });
  const largest = largestOf(pools, priced);
  const isFine = (about: TenancyFault["about"]) => faults.every((one) => one.about !== about);
  return [
    ok("host", `it runs on shared cluster ${name}`),
    ...(isFine("namespace") ? [namespaceFinding(request, found.existing !== undefined)] : []),
    ...(isFine("capacity") ? [roomFinding(request, found.claims)] : []),
    ...checkTree(request.objects, await readClusterFacts(objects, request.objects, true)),
    ...faults.map(({ about, error }) => fault(about, error)),
    ...(largest instanceof UserError
      ? []
      : [...checkPods(request, largest), shareResult(request, largest)]),
  ];
}

/** Returns faults of the tree that its quota would refuse, and pods that would fit no empty node. */
function checkPods(request: TenantRequest, { pools, nodes }: Largest): PreflightResult[] {
  const bounds = { ...request.bounds, nodes };
  return [
    ...checkDemand(request.objects, bounds),
    ...checkSupply(request.objects, bounds, { nodes: pools }),
  ];
}

function namespaceFinding({ namespace }: TenantRequest, exists: boolean): PreflightResult {
  return ok("namespace", `namespace ${namespace} is ${exists ? "this stack's" : "free"}`);
}

function roomFinding({ namespace }: TenantRequest, claims: readonly QuotaClaim[]): PreflightResult {
  const others = claims.filter((claim) => claim.namespace !== namespace).length;
  const beside = others === 1 ? "1 other" : `${others} others`;
  return ok("capacity", `its quota fits next to ${beside}`);
}

/** The quota's share of the nodes, and its own load balancers and volumes. */
function shareResult({ quota, objects }: TenantRequest, largest: Largest): PreflightResult {
  const pricePerHourUsd = pricePerHour({
    nodes: [{ count: shareOf(quota, largest.capacity), usdPerHour: largest.usdPerHour }],
    ...billOfObjects(objects, largest.nodes),
  });
  const message = `it costs ${describePrice(pricePerHourUsd)}, its share of the cluster`;
  return { ...ok("price", message), pricePerHourUsd, nodes: largest.nodes };
}
