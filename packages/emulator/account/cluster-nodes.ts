import { randomInt } from "node:crypto";
import type { Clock } from "../clock";
import type { NodeSpec } from "../kubernetes/control-planes";
import type { Droplets } from "./droplets";
import type { Cluster, NodePool, PoolNode } from "./entities";
import { sizeOf } from "./offers/sizes";
import type { Store } from "./store";
import { workerTags } from "./tags";
import { timestamp } from "./time";

const SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz0123456789";

/** The nodes of clusters, and their Droplets. */
export class ClusterNodes {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly droplets: Droplets,
  ) {}

  /** Creates a Droplet for each node without one. */
  public provision(clusterId: string): void {
    this.changeNodes(clusterId, (node, pool, cluster) => {
      if (node.dropletId !== null || node.state === "deleting") {
        return node;
      }
      const name = `${pool.name}-${randomSuffix()}`;
      const droplet = this.droplets.create({
        name,
        region: cluster.region,
        size: pool.size,
        tags: workerTags(clusterId, pool.tags),
        vpcUuid: cluster.vpcUuid,
        clusterId,
        nodeId: node.id,
      });
      return { ...node, name, dropletId: droplet.id };
    });
  }

  /** Returns the nodes that the cluster's Kubernetes should have now. */
  public specs(clusterId: string): NodeSpec[] {
    const cluster = this.store.clusters.find(clusterId);
    return (cluster?.nodePools ?? []).flatMap((pool) =>
      pool.nodes
        .filter(({ state }) => state !== "deleting")
        .flatMap((node) => this.spec(pool, node)),
    );
  }

  /** Removes the deleted nodes, their Droplets, and their deleted pools. */
  public removeLeaving(clusterId: string): void {
    const removed = (node: PoolNode) => node.state === "deleting";
    for (const node of this.nodesOf(clusterId).filter(removed)) {
      if (node.dropletId !== null) {
        this.droplets.remove(node.dropletId);
      }
    }
    this.changePools(clusterId, (pool) => ({
      ...pool,
      nodes: pool.nodes.filter((node) => !removed(node)),
    }));
  }

  /** Marks the nodes with these names as running. */
  public markRunning(clusterId: string, names: readonly string[]): void {
    this.changeNodes(clusterId, (node) => {
      if (node.state !== "provisioning" || !names.includes(node.name)) {
        return node;
      }
      if (node.dropletId !== null) {
        this.droplets.activate(node.dropletId);
      }
      return { ...node, state: "running", updatedAt: timestamp(this.clock.now()) };
    });
  }

  public allRunning(clusterId: string): boolean {
    return this.nodesOf(clusterId).every(({ state }) => state !== "provisioning");
  }

  private nodesOf(clusterId: string): PoolNode[] {
    return (this.store.clusters.find(clusterId)?.nodePools ?? []).flatMap((pool) => pool.nodes);
  }

  private spec(pool: NodePool, node: PoolNode): NodeSpec[] {
    const droplet = node.dropletId === null ? undefined : this.store.droplets.find(node.dropletId);
    if (!droplet) {
      return [];
    }
    const { slug, vcpus, memoryMiB, diskGiB } = sizeOf(pool.size);
    return [
      {
        name: node.name,
        id: node.id,
        dropletId: droplet.id,
        poolId: pool.id,
        poolName: pool.name,
        region: droplet.region,
        size: { slug, vcpus, memoryMiB, diskGiB },
        labels: pool.labels,
        taints: pool.taints,
        privateIp: droplet.privateIp,
        publicIp: droplet.publicIp,
      },
    ];
  }

  private changeNodes(
    clusterId: string,
    change: (node: PoolNode, pool: NodePool, cluster: Cluster) => PoolNode,
  ): void {
    this.changePools(clusterId, (pool, cluster) => ({
      ...pool,
      nodes: pool.nodes.map((node) => change(node, pool, cluster)),
    }));
  }

  private changePools(
    clusterId: string,
    change: (pool: NodePool, cluster: Cluster) => NodePool,
  ): void {
    const cluster = this.store.clusters.find(clusterId);
    if (cluster) {
      const nodePools = cluster.nodePools
        .map((pool) => change(pool, cluster))
        .filter((pool) => !(pool.deleting && pool.nodes.length === 0));
      this.store.clusters.update(clusterId, { nodePools });
    }
  }
}

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join("");
}
