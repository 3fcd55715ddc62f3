import { handedOver } from "../../core/data/restore";
import { namingTags } from "../../core/digitalocean-tags";
import { secondsOf } from "../../core/duration";
import type { Entry } from "../../core/manifests/entry";
import { BASE_NODE_SIZE, billOf, nodesIn } from "../../core/money/bill";
import { hostLabel } from "../../core/names";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { writeKubeconfig } from "../../core/overlay/kubeconfig-file";
import { nodeBoundOf, ownSupply } from "../../core/rules/node-fit";
import { policySettings } from "../../core/settings";
import { hasManagedHttps, isClosed } from "../../core/settings/placement";
import {
  accountAccess,
  chooseEntry,
  Environment,
  findOffer,
  type HostName,
  hostOf,
  offerGuard,
  ownClusterFacts,
  recordGuard,
  requireCertificate,
  requireFit,
  requireNoName,
  requireRegistry,
  together,
  urlAt,
} from "..";
import {
  type Declared,
  dataGuardOf,
  idOf,
  namedCluster,
  type Outputs,
  registryOf,
  smokeTestOf,
} from "./declared";
import { furtherHosts, urlsOf } from "./further-hosts";
import { renderedOverlay } from "./rendered-overlay";

export async function inOwnCluster(declared: Declared): Promise<Outputs> {
  const { projectFolder, project, name, settings } = declared;
  const access = accountAccess();
  const args = overlayArgs(projectFolder, name, settings);
  const registry = registryOf(settings);
  const { region, nodeSize, kubernetesVersion } = settings;
  const sizes = [BASE_NODE_SIZE, nodeSize];
  // At the same time, because each starts a plugin.
  const [offer, overlay] = await together(
    findOffer({ region, sizes, kubernetesVersion }, access),
    renderedOverlay(args),
    requireRegistry(registry, access),
    requireCertificate(access, name.stack, settings),
    ...(settings.domain !== undefined && isClosed(settings)
      ? [requireNoName(access, project, name.stack, settings.domain)]
      : []),
  );
  const nodes = nodesIn(billOf({ ...settings, objects: [] }));
  const { quota, limits } = settings;
  await requireFit(
    overlay.objects,
    { quota, limits, nodes, isShared: false },
    ownSupply([nodeSize, BASE_NODE_SIZE], nodeBoundOf(settings), offer.sizes, offer.sizes),
    overlay.isChecked
      ? undefined
      : await ownClusterFacts(access, namingTags(project, name.stack), overlay.objects),
  );

  const identity = await idOf(declared);
  const entry = overlay.entry ?? (await chooseEntry(overlay.entries, settings.smokeTest));
  const reached = isClosed(settings) ? undefined : entry;
  // One for all records, because the engine requires unique hook names.
  const guard = settings.domain === undefined ? undefined : recordGuard(access);
  const hostName = reached && hostNameOf(declared, guard);
  const hosts = furtherHosts(declared, overlay, guard);
  const reachedHosts = isClosed(settings) ? [] : hosts;
  const { nodeCount, minNodes, maxNodes, networkIsolation, podSecurity } = settings;
  const cluster = namedCluster(declared, identity);
  const environment = new Environment("environment", {
    physicalName: args.namespace,
    id: identity.id,
    cluster: { ...cluster, guards: [...cluster.guards, offerGuard(offer), dataGuardOf(declared)] },
    labels: args.labels,
    region: settings.region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: { size: settings.nodeSize, count: minNodes ?? nodeCount, minNodes, maxNodes },
    usdPerHour: offer.usdPerHour,
    registry,
    bounds: { quota, limits, networkIsolation, podSecurity, databases: settings.databases },
    developers: settings.developers,
    restored: handedOver(process.env),
    overlay,
    entry: reached,
    hostName,
    hosts: reachedHosts,
    smokeTest: smokeTestOf(settings),
    ttlSeconds: secondsOf(settings.ttl),
    protect: settings.protect,
  });

  return {
    id: identity.id,
    account: identity.account,
    url: environment.url,
    domain: hostName?.domain,
    host: hostName && hostOf(hostName),
    hosts: urlsOf(reachedHosts, ({ entry, hostName }) => urlAt(entry, hostOf(hostName))),
    urlInCluster:
      entry && (hostName || reached === undefined)
        ? urlInCluster(entry, args.namespace, settings)
        : undefined,
    hostsInCluster: urlsOf(hosts, (host) => urlInCluster(host.entry, args.namespace, settings)),
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
    data: settings.data,
    placement: settings.placement,
    pricePerHourUsd: environment.pricePerHour,
  };
}

/** The entry's URL inside the cluster: a pod's request to the host name would bypass the load balancer, and so TLS. */
function urlInCluster(entry: Entry, namespace: string, settings: Declared["settings"]): string {
  const host = `${entry.service}.${namespace}`;
  return hasManagedHttps(settings) ? `http://${host}` : urlAt(entry, host);
}

/** The environment's host name; undefined without a domain. */
function hostNameOf(
  { name, settings: { domain } }: Declared,
  guard: HostName["guard"],
): HostName | undefined {
  return domain === undefined ? undefined : { domain, label: hostLabel(name.stack), guard };
}
