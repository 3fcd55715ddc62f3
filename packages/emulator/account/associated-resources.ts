import type { Clusters } from "./clusters";
import type { LoadBalancer, Volume, VolumeSnapshot } from "./entities";
import { notFound } from "./errors";
import type { LoadBalancers } from "./load-balancers";
import { clusterTag } from "./tags";
import type { Volumes } from "./volumes";

export interface AssociatedResources {
  readonly loadBalancers: LoadBalancer[];
  readonly volumes: Volume[];
  readonly volumeSnapshots: VolumeSnapshot[];
}

/** Ids of associated resources to delete with a cluster. */
export type Selection = { readonly [K in keyof AssociatedResources]: readonly string[] };

/** Resources that a cluster created in the account and that its deletion would leave behind. */
export class ClusterResources {
  /**
   * Whether any snapshot of a volume that is the cluster's counts, or only one that the cluster's own driver took. Nobody
   * tells which of the two DigitalOcean does.
   *
   * @see https://github.com/digitalocean/godo/issues/683
   */
  public snapshotsFollowVolumes = true;

  public constructor(
    private readonly clusters: Clusters,
    private readonly loadBalancers: LoadBalancers,
    private readonly volumes: Volumes,
  ) {}

  /** @throws ApiError 404 */
  public of(clusterId: string): AssociatedResources {
    const tag = clusterTag(this.clusters.get(clusterId).id);
    const volumes = this.volumes.list().filter((volume) => volume.tags.includes(tag));
    const ids = volumes.map(({ id }) => id);
    return {
      loadBalancers: this.loadBalancers.ofCluster(clusterId),
      volumes,
      volumeSnapshots: this.volumes
        .snapshots()
        .filter(
          ({ resourceId, tags }) =>
            tags.includes(tag) || (this.snapshotsFollowVolumes && ids.includes(resourceId)),
        ),
    };
  }

  /** Deletes a cluster with all associated resources. @throws ApiError 404 */
  public destroyAll(clusterId: string): void {
    this.destroy(clusterId, this.of(clusterId));
  }

  /** Deletes a cluster with some associated resources. @throws ApiError 404, without deleting anything, if one is not the cluster's */
  public destroySelected(clusterId: string, selection: Selection): void {
    const resources = this.of(clusterId);
    this.destroy(clusterId, {
      loadBalancers: pick(resources.loadBalancers, selection.loadBalancers, "load balancer"),
      volumes: pick(resources.volumes, selection.volumes, "volume"),
      volumeSnapshots: pick(resources.volumeSnapshots, selection.volumeSnapshots, "snapshot"),
    });
  }

  /** The cluster first: without its Droplets no volume is attached. */
  private destroy(clusterId: string, resources: AssociatedResources): void {
    this.clusters.delete(clusterId);
    for (const { id } of resources.loadBalancers) {
      this.loadBalancers.delete(id);
    }
    for (const { id } of resources.volumeSnapshots) {
      this.volumes.deleteSnapshot(id);
    }
    for (const { id } of resources.volumes) {
      this.volumes.delete(id);
    }
  }
}

function pick<T extends { id: string }>(things: T[], ids: readonly string[], kind: string): T[] {
  return ids.map((id) => {
    const thing = things.find((one) => one.id === id);
    if (!thing) {
      throw notFound(`${kind} ${id} is not associated with the cluster`);
    }
    return thing;
  });
}
