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

  const access = accountAccess();
  const offer = await lookUp({
    region: settings.region,
    sizes: [BASE_NODE_SIZE, settings.nodeSize],
    kubernetesVersion: settings.kubernetesVersion,
  });
  if (settings.registry.access !== "none") {
    await requireRegistry(settings.registry.registryName, access);
  }
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

  const { minNodes, maxNodes, smokeTest } = settings;
  const environment = new Environment("environment", {
    physicalName: physical,
    tags: tagsOf({ project: pulumi.getProject(), ...name }),
    labels,
    region: settings.region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: {
      size: settings.nodeSize,
      count: minNodes ?? settings.nodeCount,
      autoscale:
        minNodes === undefined || maxNodes === undefined ? undefined : { minNodes, maxNodes },
    },
    usdPerHour: offer.usdPerHour,
    registry: settings.registry,
    bounds: settings,
    developers: settings.developers,
    overlay,
    entry: await chooseEntry(overlay.entries, smokeTest.service),
    smokeTest: smokeTest.enabled
      ? { ...smokeTest, timeoutSeconds: secondsOf(smokeTest.timeout) }
      : undefined,
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
