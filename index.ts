import {
  accountAccess,
  chooseEntry,
  Environment,
  KustomizeRenderer,
  lookUp,
  orFault,
  requireRegistry,
} from "./components";
import { BASE_NODE_SIZE } from "./lib/bill";
import { secondsOf } from "./lib/duration";
import { tagsOf } from "./lib/tags";
import { overlayArgs } from "./overlay/environment-overlay";
import { generateOverlay } from "./overlay/generate";
import { writeKubeconfig } from "./overlay/kubeconfig-file";
import { loadSettings, policySettings } from "./settings";
import { runningStack } from "./settings/running-stack";

/** One stack is one environment: reads its settings, checks all that can be checked, then declares it. */
export = async () => {
  const stack = runningStack();
  const { name, settings } = loadSettings(stack);
  if (settings.placement !== "cluster") {
    throw new Error(`placement "${settings.placement}" is not there yet`);
  }
  const args = overlayArgs(stack.projectFolder, name, settings);
  const registry =
    settings.registry.access === "none"
      ? settings.registry
      : { access: settings.registry.access, registryName: settings.registry.name };

  const offer = await lookUp({
    region: settings.region,
    sizes: [BASE_NODE_SIZE, settings.nodeSize],
    kubernetesVersion: settings.kubernetesVersion,
  });
  await requireRegistry(registry, accountAccess());
  const renderer = new KustomizeRenderer("kustomize");
  const overlay = await orFault(generateOverlay(args, (directory) => renderer.render(directory)));

  const { nodeCount, minNodes, maxNodes, quota, limits, networkIsolation, podSecurity } = settings;
  const { enabled, service, path, expectedStatus, timeout } = settings.smokeTest;
  const environment = new Environment("environment", {
    physicalName: args.namespace,
    tags: tagsOf({ project: stack.project, ...name }),
    labels: args.labels,
    region: settings.region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: { size: settings.nodeSize, count: minNodes ?? nodeCount, minNodes, maxNodes },
    usdPerHour: offer.usdPerHour,
    registry,
    bounds: { quota, limits, networkIsolation, podSecurity },
    developers: settings.developers,
    overlay,
    entry: await chooseEntry(overlay.entries, service),
    smokeTest: enabled ? { path, expectedStatus, timeoutSeconds: secondsOf(timeout) } : undefined,
    ttlSeconds: secondsOf(settings.ttl),
    protect: settings.protect,
  });

  return {
    url: environment.url,
    namespace: environment.namespace,
    clusterId: environment.clusterId,
    clusterName: environment.clusterName,
    kubeconfig: environment.kubeconfig,
    kubeconfigFile: environment.kubeconfig.apply((kubeconfig) =>
      writeKubeconfig(stack.projectFolder, overlay.directory, kubeconfig),
    ),
    images: overlay.images,
    createdAt: environment.createdAt,
    expiresAt: environment.expiresAt,
    protected: settings.protect,
    policy: policySettings(settings),
    placement: settings.placement,
    pricePerHourUsd: environment.pricePerHour,
  };
};
