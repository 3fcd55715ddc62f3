import * as pulumi from "@pulumi/pulumi";
import {
  accountAccess,
  BASE_NODE_SIZE,
  chooseEntry,
  Environment,
  generateOverlay,
  KustomizeRenderer,
  lookUp,
  requireRegistry,
  writeKubeconfig,
} from "./components";
import { secondsOf } from "./lib/duration";
import { physicalName } from "./lib/names";
import { labelsOf, tagsOf } from "./lib/tags";
import { loadSettings } from "./settings";

/** One stack is one environment: reads its settings, checks all that can be checked, then declares it. */
export = async () => {
  const { name, settings } = loadSettings();
  const physical = physicalName(name.stack);
  const labels = labelsOf(name);
  const folder = `.rendered/${name.stack}`;

  const offer = await lookUp({
    region: settings.region,
    sizes: [BASE_NODE_SIZE, settings.nodeSize],
    kubernetesVersion: settings.kubernetesVersion,
  });
  await requireRegistry(settings.registry, accountAccess());
  const renderer = new KustomizeRenderer("kustomize");
  const overlay = await generateOverlay(
    {
      projectFolder: pulumi.getRootDirectory(),
      overlay: settings.overlay ?? `kustomize/${name.profile}`,
      target: folder,
      namespace: physical,
      labels,
      images: settings.images,
      imageTag: settings.imageTag,
    },
    (directory) => renderer.render(directory),
  );

  const { nodeCount, minNodes, maxNodes, quota, limits, networkIsolation, podSecurity } = settings;
  const { enabled, service, path, expectedStatus, timeout } = settings.smokeTest;
  const environment = new Environment("environment", {
    physicalName: physical,
    tags: tagsOf({ project: pulumi.getProject(), ...name }),
    labels,
    region: settings.region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: { size: settings.nodeSize, count: minNodes ?? nodeCount, minNodes, maxNodes },
    usdPerHour: offer.usdPerHour,
    registry: settings.registry,
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
      writeKubeconfig(folder, kubeconfig),
    ),
    images: overlay.images,
    expiresAt: environment.expiresAt,
    pricePerHourUsd: environment.pricePerHour,
  };
};
