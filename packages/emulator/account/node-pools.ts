import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import { checkPool, checkSize, desiredCount } from "./cluster-rules";
import type { Cluster, NodePool, PoolNode } from "./entities";
import { invalid, notFound } from "./errors";
import type { ClusterLifecycle } from "./lifecycle";
import type { NodePoolCreateRequest, NodePoolSettings, NodePoolUpdateRequest } from "./requests";
import type { Store } from "./store";
import { workerTags } from "./tags";
import { timestamp } from "./time";

/** The desired node pools of clusters. {@link ClusterLifecycle} implements them. */
export class NodePools {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly lifecycle: ClusterLifecycle,
  ) {}

  /** @throws ApiError 404 */
  public get(cluster: Cluster, poolId: string): NodePool {
    const pool = cluster.nodePools.find(({ id }) => id === poolId);
    if (!pool) {
      throw notFound();
    }
    return pool;
  }

  /** @throws ApiError 422 */
  public create(cluster: Cluster, request: NodePoolCreateRequest): NodePool {
    checkSize(request.size);
    checkPool(request);
    this.checkNameIsFree(cluster, request.name);
    this.checkLimit([{ request, nodes: 0 }]);
    const pool = this.draft(request);
    this.save(cluster, [...cluster.nodePools, pool]);
    return pool;
  }

  /** Returns a pool without any created nodes. */
  public draft(request: NodePoolCreateRequest): NodePool {
    const count = desiredCount(request);
    return {
      id: randomUUID(),
      size: request.size,
      deleting: false,
      ...this.settings(request),
      count,
      nodes: Array.from({ length: count }, () => this.draftNode()),
    };
  }

  /** @throws ApiError 404, 422 */
  public update(cluster: Cluster, poolId: string, update: NodePoolUpdateRequest): NodePool {
    const pool = this.get(cluster, poolId);
    const request: NodePoolSettings = {
      name: pool.name,
      count: pool.count,
      autoScale: pool.autoScale,
      minNodes: pool.minNodes,
      maxNodes: pool.maxNodes,
      labels: pool.labels,
      taints: [...pool.taints],
      tags: [...pool.tags],
      ...update,
    };
    checkPool(request);
    if (request.name !== pool.name) {
      this.checkNameIsFree(cluster, request.name);
    }
    this.checkLimit([{ request, nodes: pool.nodes.length }]);
    const count = desiredCount(request);
    const changed: NodePool = {
      ...pool,
      ...this.settings(request),
      count,
      nodes: this.scaled(pool.nodes, count),
    };
    this.retagDroplets(cluster, changed);
    this.save(cluster, replace(cluster.nodePools, changed));
    return changed;
  }

  /** Deletes a pool. It disappears with its last node. @throws ApiError 404; 422 for the last pool */
  public delete(cluster: Cluster, poolId: string): void {
    const pool = this.get(cluster, poolId);
    if (cluster.nodePools.every((other) => other.id === poolId || other.deleting)) {
      throw invalid("a cluster must have at least one node pool");
    }
    const deleting = { ...pool, deleting: true, nodes: this.scaled(pool.nodes, 0) };
    this.save(cluster, replace(cluster.nodePools, deleting));
  }

  /** Deletes one node; unless it is replaced, the pool has one fewer from now on. @throws ApiError 404 */
  public deleteNode(cluster: Cluster, poolId: string, nodeId: string, replacement: boolean): void {
    const pool = this.get(cluster, poolId);
    if (!pool.nodes.some(({ id, state }) => id === nodeId && state !== "deleting")) {
      throw notFound();
    }
    const nodes = pool.nodes.map((node) => (node.id === nodeId ? this.leaving(node) : node));
    const changed = replacement
      ? { ...pool, nodes: [...nodes, this.draftNode()] }
      : { ...pool, nodes, count: pool.count - 1 };
    this.save(cluster, replace(cluster.nodePools, changed));
  }

  /**
   * Refuses pools that would need more Droplets than the account may have.
   * Source of the messages: doctl issues #793 and #1619
   * @throws ApiError 422
   */
  public checkLimit(pools: readonly { request: NodePoolSettings; nodes: number }[]): void {
    const used = this.store.clusters
      .all()
      .flatMap((cluster) => cluster.nodePools)
      .reduce((sum, pool) => sum + pool.nodes.length, 0);
    const available = this.store.profile.dropletLimit - used;
    const additional = (wanted: (request: NodePoolSettings) => number) =>
      pools.reduce((sum, { request, nodes }) => sum + Math.max(wanted(request) - nodes, 0), 0);
    const now = additional(desiredCount);
    if (now > available) {
      throw invalid(`${now} additional nodes but not enough available droplet limit`);
    }
    const later = additional((pool) =>
      pool.autoScale ? Math.max(pool.maxNodes ?? 0, desiredCount(pool)) : desiredCount(pool),
    );
    if (later > available) {
      throw invalid(
        `autoscale desired max nodes exceed limits, ${later} additional nodes but not enough available droplet limit`,
      );
    }
  }

  private checkNameIsFree(cluster: Cluster, name: string): void {
    if (cluster.nodePools.some((pool) => pool.name === name)) {
      throw invalid(`node pool name "${name}" is already in use`);
    }
  }

  private settings(request: NodePoolSettings) {
    const autoScale = request.autoScale ?? false;
    return {
      name: request.name,
      tags: (request.tags ?? []).filter((tag) => tag !== "k8s" && !tag.startsWith("k8s:")),
      labels: request.labels ?? {},
      taints: request.taints ?? [],
      autoScale,
      minNodes: autoScale ? (request.minNodes ?? 0) : 0,
      maxNodes: autoScale ? (request.maxNodes ?? 0) : 0,
    };
  }

  /** Returns the nodes after scaling to a count. The newest nodes are removed first. */
  private scaled(nodes: readonly PoolNode[], count: number): PoolNode[] {
    const staying = nodes.filter(({ state }) => state !== "deleting").slice(0, count);
    const missing = Array.from({ length: count - staying.length }, () => this.draftNode());
    return [
      ...nodes.map((node) => (staying.includes(node) ? node : this.leaving(node))),
      ...missing,
    ];
  }

  private draftNode(): PoolNode {
    const now = timestamp(this.clock.now());
    return {
      id: randomUUID(),
      name: "",
      dropletId: null,
      state: "provisioning",
      createdAt: now,
      updatedAt: now,
    };
  }

  private leaving(node: PoolNode): PoolNode {
    return { ...node, state: "deleting", updatedAt: timestamp(this.clock.now()) };
  }

  private retagDroplets(cluster: Cluster, pool: NodePool): void {
    for (const { dropletId } of pool.nodes) {
      if (dropletId !== null) {
        this.store.droplets.update(dropletId, { tags: workerTags(cluster.id, pool.tags) });
      }
    }
  }

  private save(cluster: Cluster, nodePools: readonly NodePool[]): void {
    this.store.clusters.update(cluster.id, {
      nodePools,
      updatedAt: timestamp(this.clock.now()),
    });
    this.lifecycle.reconcile(cluster.id);
  }
}

function replace(pools: readonly NodePool[], changed: NodePool): NodePool[] {
  return pools.map((pool) => (pool.id === changed.id ? changed : pool));
}
