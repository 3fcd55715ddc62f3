import { namingTags } from "../../core/digitalocean-tags";
import { secondsOf } from "../../core/duration";
import { BASE_NODE_SIZE, billOf, nodesIn } from "../../core/money/bill";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { writeKubeconfig } from "../../core/overlay/kubeconfig-file";
import type { NodeSupply } from "../../core/rules/node-fit";
import { policySettings, type Settings } from "../../core/settings";
import {
  accountAccess,
  chooseEntry,
  Environment,
  findOffer,
  type Offer,
  ownClusterFacts,
  requireFit,
  requireRegistry,
} from "..";
import {
  type Declared,
  idOf,
  namedCluster,
  type Outputs,
  registryOf,
  smokeTestOf,
} from "./declared";
import { renderedOverlay } from "./rendered-overlay";

/** An environment in a DOKS cluster of its own. */
export async function inOwnCluster(declared: Declared): Promise<Outputs> {
  const { projectFolder, project, name, settings } = declared;
  const access = accountAccess();
  const args = overlayArgs(projectFolder, name, settings);
  const registry = registryOf(settings);
  const offer = await findOffer({
    region: settings.region,
    sizes: [BASE_NODE_SIZE, settings.nodeSize],
    kubernetesVersion: settings.kubernetesVersion,
  });
  await requireRegistry(registry, access);
  const overlay = await renderedOverlay(args);
  const nodes = nodesIn(billOf({ ...settings, objects: [] }));
  const { quota, limits } = settings;
  requireFit(
    overlay.objects,
    { quota, limits, nodes, isShared: false },
    overlay.isChecked
      ? undefined
      : await ownClusterFacts(access, namingTags(project, name.stack), overlay.objects),
    supplyOf(settings, offer),
  );

  const identity = await idOf(declared);
  const { nodeCount, minNodes, maxNodes, networkIsolation, podSecurity } = settings;
  const environment = new Environment("environment", {
    physicalName: args.namespace,
    id: identity.id,
    cluster: namedCluster(declared, identity),
    labels: args.labels,
    region: settings.region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: { size: settings.nodeSize, count: minNodes ?? nodeCount, minNodes, maxNodes },
    usdPerHour: offer.usdPerHour,
    registry,
    bounds: { quota, limits, networkIsolation, podSecurity, databases: settings.databases },
    developers: settings.developers,
    overlay,
    entry: await chooseEntry(overlay.entries, settings.smokeTest),
    smokeTest: smokeTestOf(settings),
    ttlSeconds: secondsOf(settings.ttl),
    protect: settings.protect,
  });

  return {
    id: identity.id,
    account: identity.account,
    url: environment.url,
    namespace: environment.namespace,
    clusterId: environment.clusterId,
    clusterName: environment.clusterName,
    kubeconfig: environment.kubeconfig,
    kubeconfigFile: environment.kubeconfig.apply((kubeconfig) =>
      writeKubeconfig(projectFolder, overlay.directory, kubeconfig),
    ),
    images: overlay.images,
    createdAt: environment.createdAt,
    expiresAt: environment.expiresAt,
    protected: settings.protect,
    policy: policySettings(settings),
    placement: settings.placement,
    pricePerHourUsd: environment.pricePerHour,
  };
}

/** The nodes that there can be, the base node included. */
function supplyOf({ nodeSize, nodeCount, maxNodes }: Settings, { droplets }: Offer): NodeSupply {
  const count = maxNodes ?? nodeCount;
  const sized = (slug: string, number: number) => {
    const size = droplets[slug];
    return size === undefined ? [] : [{ count: number, size }];
  };
  return {
    nodes: [...sized(nodeSize, count), ...sized(BASE_NODE_SIZE, 1)],
    setting: maxNodes === undefined ? "nodeCount" : "maxNodes",
    count,
  };
}
