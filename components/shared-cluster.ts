import type { AccountAccess } from "../core/account-access";
import { accountClusters } from "./account-clusters";
import { clusterKubeconfig } from "./cluster-kubeconfig";
import { ClusterObjects } from "./cluster-objects";
import { fault } from "./fault";

/** Nodes of one size in a cluster. */
export interface SharedPool {
  /** Droplet size slug. */
  readonly size: string;
  /** The most that the pool can have. */
  readonly maxCount: number;
}

/** A cluster that others live on, too: what an environment on it must know. */
export interface SharedCluster {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** CIDRs of its pods and of its Services. */
  readonly podSubnet: string;
  readonly serviceSubnet: string;
  /** Whether it pulls from the account's container registry by itself. */
  readonly registryIntegration: boolean;
  readonly pools: readonly SharedPool[];
  /** Holds no credential. */
  readonly kubeconfig: string;
  readonly objects: ClusterObjects;
}

interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly cluster_subnet: string;
  readonly service_subnet: string;
  readonly registry_enabled?: boolean;
  readonly status: { readonly state: string };
  readonly node_pools: readonly {
    readonly size: string;
    readonly count: number;
    readonly auto_scale?: boolean;
    readonly max_nodes?: number;
  }[];
}

/**
 * Looks up a cluster that is there already, and its API server.
 *
 * @param wanted - its id, or its name
 * @throws pulumi.RunError when the account has none or several such clusters, or it does not run
 */
export async function findSharedCluster(
  wanted: string,
  access: AccountAccess,
): Promise<SharedCluster> {
  const cluster = await findCluster(wanted, access);
  if (cluster.status.state !== "running") {
    throw fault(
      `the shared cluster "${cluster.name}" does not run: it is ${cluster.status.state}`,
      "wait until `doctl kubernetes cluster list` shows it running",
    );
  }
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
      maxCount: pool.auto_scale ? (pool.max_nodes ?? pool.count) : pool.count,
    })),
    kubeconfig: clusterKubeconfig(id, name, objects.server, objects.certificateAuthorityData),
    objects,
  };
}

async function findCluster(wanted: string, access: AccountAccess): Promise<Cluster> {
  const all = await accountClusters<Cluster>(access);
  const found = all.filter(({ id, name }) => id === wanted || name === wanted);
  const [only] = found;
  if (only === undefined) {
    const names = all.map(({ name }) => name).join(", ");
    throw fault(
      `this DigitalOcean account has no cluster "${wanted}"; ${names === "" ? "it has none at all" : `it has ${names}`}`,
      "pulumi config set hostCluster <name or id>, or bring the host stack up again with `pulumi up`",
    );
  }
  if (found.length > 1) {
    throw fault(
      `this DigitalOcean account has ${found.length} clusters named "${wanted}": ${found.map(({ id }) => id).join(", ")}`,
      `pulumi config set hostCluster ${only.id}`,
    );
  }
  return only;
}
