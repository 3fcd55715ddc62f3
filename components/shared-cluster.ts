import type { AccountAccess } from "../core/account-access";
import { chooseSharedCluster, type Pool } from "../core/rules/tenancy";
import { accountList } from "./account-list";
import { clusterKubeconfig } from "./cluster-kubeconfig";
import { ClusterObjects } from "./cluster-objects";
import { unlessError } from "./fault";

export interface SharedCluster {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** CIDRs of its pods and of its Services. */
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  /** Whether it pulls from the account's container registry. */
  readonly registryIntegration: boolean;
  /** Node pools, each at its maximum. */
  readonly pools: readonly Pool[];
  /** Contains no credential. */
  readonly kubeconfig: string;
  readonly objects: ClusterObjects;
}

/**
 * Looks up an existing cluster, and its API server.
 *
 * @param wanted - its id, or its name
 * @throws pulumi.RunError when the account has none or several such clusters, or it is not running
 */
export async function findSharedCluster(
  wanted: string,
  access: AccountAccess,
): Promise<SharedCluster> {
  const cluster = unlessError(chooseSharedCluster(wanted, await accountList(access, "clusters")));
  const { id, name, region } = cluster;
  const objects = await ClusterObjects.open(access, id);
  return {
    id,
    name,
    region,
    podSubnet: cluster.cluster_subnet,
    serviceSubnet: cluster.service_subnet,
    registryIntegration: cluster.registry_enabled ?? false,
    pools: cluster.node_pools.map((pool) => ({
      size: pool.size,
      count: pool.auto_scale ? (pool.max_nodes ?? pool.count) : pool.count,
    })),
    kubeconfig: clusterKubeconfig(id, name, objects.server, objects.certificateAuthorityData),
    objects,
  };
}
