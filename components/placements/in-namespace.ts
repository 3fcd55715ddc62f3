import { handedOver } from "../../core/data/restore";
import { secondsOf } from "../../core/duration";
import { ownerLabels } from "../../core/labels";
import type { Entry, EntryWish } from "../../core/manifests/entry";
import { physicalName } from "../../core/names";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { writeKubeconfig } from "../../core/overlay/kubeconfig-file";
import type { Rendering } from "../../core/overlay/rendering";
import { readClusterFacts } from "../../core/rules/cluster-facts";
import { policySettings, type Settings } from "../../core/settings";
import { isClosed } from "../../core/settings/placement";
import {
  accountAccess,
  chooseEntry,
  findEntrance,
  findSharedCluster,
  hostOf,
  namespaceGuard,
  requireFit,
  requireRegistry,
  requireTenancy,
  SharedEnvironment,
  sharedClusterId,
  together,
  urlAt,
} from "..";
import {
  type Declared,
  dataGuardOf,
  idOf,
  type Outputs,
  registryOf,
  smokeTestOf,
} from "./declared";
import { furtherHosts, urlsOf } from "./further-hosts";
import { renderedOverlay } from "./rendered-overlay";

/** An environment in a namespace of a shared cluster. */
export async function inNamespace(declared: Declared): Promise<Outputs> {
  const { projectFolder, project, name, settings } = declared;
  const { quota, limits, podSecurity, domain, hostStack } = settings;
  const args = overlayArgs(projectFolder, name, settings);
  const registry = registryOf(settings);
  const labels = ownerLabels(project, name.stack);
  const access = accountAccess();
  const baseline =
    settings.baseline === undefined
      ? undefined
      : { stack: settings.baseline, namespace: physicalName(settings.baseline) };

  const findPlace = async () => {
    const cluster = await findSharedCluster(await clusterOf(settings), access);
    await requireRegistry(registry, access);
    const largest = await requireTenancy(cluster, {
      namespace: args.namespace,
      owner: labels,
      quota,
      overcommit: settings.overcommit,
      registryAccess: registry.access,
      baseline,
    });
    const entrance =
      domain === undefined || isClosed(settings)
        ? undefined
        : await findEntrance(cluster.objects, domain);
    return { cluster, largest, entrance };
  };
  // At the same time, because each starts a plugin.
  const [{ cluster, largest, entrance }, overlay] = await together(
    findPlace(),
    renderedOverlay(args),
  );
  await requireFit(
    overlay.objects,
    { quota, limits, nodes: largest.nodes, isShared: true },
    { nodes: largest.pools },
    overlay.isChecked ? undefined : await readClusterFacts(cluster.objects, overlay.objects, true),
  );

  const { id, account } = await idOf(declared);
  const entry = overlay.entry ?? (await chooseEntry(overlay.entries, entryWish(settings, overlay)));
  const reached = isClosed(settings) ? undefined : entry;
  const hosts = furtherHosts(declared, overlay);
  const reachedHosts = isClosed(settings) ? [] : hosts;
  // To the environment's host a pod would bypass the entrance's load balancer, which ends TLS.
  const isInCluster = isClosed(settings) || entrance?.scheme === "https";
  const environment = new SharedEnvironment("environment", {
    cluster,
    largest,
    namespace: args.namespace,
    id,
    labels: args.labels,
    ownerLabels: labels,
    registry,
    bounds: { quota, limits, podSecurity, databases: settings.databases },
    baseline: baseline?.namespace,
    developers: settings.developers,
    restored: handedOver(process.env),
    overlay,
    entry: reached,
    reached: entrance && { entrance, host: `${args.namespace}.${domain ?? ""}` },
    hosts: reachedHosts,
    smokeTest: smokeTestOf(settings),
    ttlSeconds: secondsOf(settings.ttl),
    protect: settings.protect,
    guards: [namespaceGuard(cluster, labels), dataGuardOf(declared)],
  });

  return {
    id,
    account,
    url: environment.url,
    hosts: urlsOf(
      reachedHosts,
      ({ hostName }) => `${entrance?.scheme ?? "http"}://${hostOf(hostName)}`,
    ),
    urlInCluster: isInCluster ? entry && urlInCluster(entry, args.namespace) : undefined,
    hostsInCluster: isInCluster
      ? urlsOf(hosts, (host) => urlInCluster(host.entry, args.namespace))
      : undefined,
    namespace: environment.namespace,
    clusterId: cluster.id,
    clusterName: cluster.name,
    kubeconfig: cluster.kubeconfig,
    kubeconfigFile: writeKubeconfig(projectFolder, overlay.directory, cluster.kubeconfig),
    images: overlay.images,
    createdAt: environment.createdAt,
    expiresAt: environment.expiresAt,
    protected: settings.protect,
    policy: policySettings(settings),
    data: settings.data,
    placement: settings.placement,
    hostStack,
    quota,
    baseline: settings.baseline,
    pricePerHourUsd: environment.pricePerHour,
  };
}

/** The cluster's id or name; the settings name either a stack or a cluster. */
async function clusterOf({ hostStack, hostCluster = "" }: Settings): Promise<string> {
  return hostStack === undefined ? hostCluster : sharedClusterId(hostStack);
}

/** The entry in the settings, unless the baseline provides it. */
function entryWish({ services, smokeTest }: Settings, { entries }: Rendering): EntryWish {
  const isHere =
    services === undefined || entries.some(({ service }) => service === smokeTest.service);
  return isHere ? smokeTest : {};
}

/** A Service's URL inside the cluster. */
function urlInCluster(entry: Entry, namespace: string): string {
  return urlAt(entry, `${entry.service}.${namespace}`);
}
