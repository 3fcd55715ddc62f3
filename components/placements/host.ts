import { labelsOf } from "../../core/labels";
import { BASE_NODE_SIZE } from "../../core/money/bill";
import { writeKubeconfig } from "../../core/overlay/kubeconfig-file";
import { certificateOf, networksOf } from "../../core/settings/placement";
import {
  accountAccess,
  findOffer,
  HostCluster,
  largestOf,
  offerGuard,
  recordGuard,
  requireCertificate,
  requireRegistry,
  together,
} from "..";
import { type Declared, idOf, namedCluster, type Outputs, registryOf } from "./declared";

/** A cluster for several environments. */
export async function asHost(declared: Declared): Promise<Outputs> {
  const { projectFolder, name, settings } = declared;
  const { region, nodeSize: size, nodeCount, minNodes, maxNodes, domain } = settings;
  const registry = registryOf(settings);
  const { kubernetesVersion } = settings;
  const sizes = [BASE_NODE_SIZE, size];
  const access = accountAccess();
  const certificate = certificateOf(settings);
  const [offer] = await together(
    findOffer({ region, sizes, kubernetesVersion }, access),
    requireRegistry(registry, access),
    requireCertificate(access, name.stack, settings),
  );
  const largest = await largestOf([
    { size: BASE_NODE_SIZE, count: 1 },
    { size, count: maxNodes ?? nodeCount },
  ]);

  const identity = await idOf(declared);
  const cluster = namedCluster(declared, identity);
  const host = new HostCluster("host", {
    cluster: { ...cluster, guards: [...cluster.guards, offerGuard(offer)] },
    labels: labelsOf(name),
    region,
    kubernetesVersion: offer.kubernetesVersion,
    nodePool: { size, count: minNodes ?? nodeCount, minNodes, maxNodes },
    usdPerHour: offer.usdPerHour,
    registry,
    domain,
    networks: networksOf(settings),
    https:
      certificate === undefined ? undefined : { certificate, guard: recordGuard(accountAccess()) },
    allowedKinds: settings.allowedKinds,
    protect: settings.protect,
  });

  return {
    id: identity.id,
    account: identity.account,
    clusterId: host.clusterId,
    clusterName: host.clusterName,
    kubeconfig: host.kubeconfig,
    kubeconfigFile: host.kubeconfig.apply((kubeconfig) =>
      writeKubeconfig(projectFolder, `.rendered/${name.stack}`, kubeconfig),
    ),
    createdAt: host.createdAt,
    protected: settings.protect,
    placement: settings.placement,
    capacity: largest.capacity,
    domain,
    certificate,
    entrance: host.entrance,
    pricePerHourUsd: host.pricePerHour,
  };
}
