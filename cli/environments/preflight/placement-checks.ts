import { UserError } from "../../../core/errors";
import { ownerLabels } from "../../../core/labels";
import { GATEWAY_CLASS } from "../../../core/manifests/load-balancers";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { BASE_NODE_SIZE, billOf, nodesIn } from "../../../core/money/bill";
import { physicalName } from "../../../core/names";
import { tlsAnnotations } from "../../../core/overlay/https";
import type { Rendering } from "../../../core/overlay/rendering";
import { newClusterFacts, readClusterFacts } from "../../../core/rules/cluster-facts";
import type { Bounds } from "../../../core/rules/demand";
import { nodeBoundOf } from "../../../core/rules/node-fit";
import type { Settings, StackName } from "../../../core/settings";
import { hasManagedHttps } from "../../../core/settings/placement";
import type { DigitalOcean } from "../../account/digitalocean";
import type { ResolveImage } from "../../images/resolve-image";
import { ClusterObjects } from "../../shared-clusters/cluster-objects";
import { type OwnedInState, ownedInState } from "../../stacks/owned-in-state";
import type { StackRecord } from "../../stacks/record";
import { sourceOf } from "../../stacks/stacks";
import type { Context } from "../../terminal/context";
import { checkName, domainPreflight } from "./domain-checks";
import { type ClusterRequest, preflight } from "./preflight";
import { type PreflightResult, warning } from "./preflight-result";
import { findSharedCluster } from "./shared-cluster";
import { type TenantRequest, tenantPreflight } from "./tenant-preflight";
import { checkDemand, checkTree } from "./tree-checks";

/** A stack to check, with its rendered tree. */
export interface Order {
  readonly name: StackName;
  readonly settings: Settings;
  readonly rendering: Rendering;
  readonly isNew: boolean;
  /** @default - the stack does not exist yet */
  readonly record?: StackRecord;
}

/** Runs the checks of the stack's placement: of the account, of a shared cluster, and of the tree. */
export async function checkPlacement(
  context: Context,
  order: Order,
  account: DigitalOcean,
  resolve: ResolveImage,
): Promise<readonly PreflightResult[]> {
  const { name, settings, isNew, record } = order;
  const owned = async (): Promise<Partial<OwnedInState>> =>
    record === undefined ? {} : ownedInState(sourceOf(context), record);
  switch (settings.placement) {
    case "namespace": {
      const { id } = await owned();
      const request = tenantRequest(context.project.name, order, { id, isInState: !isNew });
      const host = await findSharedCluster(context, settings);
      return tenantPreflight(context, request, host, account, resolve);
    }
    case "domain":
      return domainPreflight(account, settings, isNew);
    case "cluster":
    case "host":
      return [
        ...(await preflight(clusterRequest(order), account, resolve)),
        ...(await checkName(account, name.stack, settings, owned, context.now())),
        ...(settings.placement === "cluster" ? await checkOwnTree(context, account, order) : []),
      ];
  }
}

/** Returns the bounds of the environment's namespace, for a cluster with these settings. */
export function boundsOf(settings: Settings): Bounds {
  const { quota, limits, placement } = settings;
  const nodes = nodesIn(billOf({ ...settings, objects: [] }));
  return { quota, limits, nodes, isShared: placement === "namespace" };
}

async function checkOwnTree(
  { signal }: Context,
  account: DigitalOcean,
  { settings, rendering: { objects }, record }: Order,
): Promise<PreflightResult[]> {
  const demand = checkDemand(objects, boundsOf(settings));
  const { clusterId } = record?.outputs ?? {};
  try {
    const cluster =
      typeof clusterId === "string"
        ? await ClusterObjects.open(account, clusterId, signal)
        : undefined;
    const facts =
      cluster === undefined
        ? newClusterFacts(objects)
        : await readClusterFacts(cluster, objects, false);
    return [...demand, ...checkTree(objects, facts)];
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const message = `the cluster's API resources were not checked: ${error.message}`;
    return [...demand, warning("tree", message, error.fix)];
  }
}

function clusterRequest({ settings, rendering, isNew }: Order): ClusterRequest {
  const isHost = settings.placement === "host";
  const objects = isHost ? entranceOf(settings) : rendering.objects;
  const bill = billOf({ ...settings, objects });
  return {
    ...bill,
    region: settings.region,
    kubernetesVersion: settings.kubernetesVersion,
    isNewCluster: isNew,
    newNodes: isNew ? nodesIn(bill) : 0,
    registryName: registryIn(settings),
    images: rendering.images,
    demand: isHost
      ? undefined
      : {
          objects,
          bounds: boundsOf(settings),
          bound: nodeBoundOf(settings),
          sizes: [settings.nodeSize, BASE_NODE_SIZE],
        },
  };
}

/** The part of a shared cluster with a domain that costs a load balancer. */
function entranceOf(settings: Settings): readonly KubernetesObject[] {
  const annotations = hasManagedHttps(settings) ? tlsAnnotations("") : undefined;
  const gateway = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "entrance" },
    spec: { gatewayClassName: GATEWAY_CLASS, infrastructure: { annotations } },
  };
  return settings.domain === undefined ? [] : [gateway];
}

function tenantRequest(
  project: string,
  { name: { stack }, settings, rendering }: Order,
  proof: TenantRequest["proof"],
): TenantRequest {
  const { quota, limits, overcommit, baseline, registry } = settings;
  return {
    ...rendering,
    namespace: physicalName(stack),
    owner: ownerLabels(project, stack),
    proof,
    quota,
    bounds: { quota, limits, isShared: true },
    overcommit,
    registryAccess: registry.access,
    baseline:
      baseline === undefined ? undefined : { stack: baseline, namespace: physicalName(baseline) },
    registryName: registryIn(settings),
  };
}

function registryIn({ registry }: Settings): string | undefined {
  return registry.access === "none" ? undefined : registry.name;
}
