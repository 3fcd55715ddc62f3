import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { ClusterFaults } from "./cluster-faults";
import { checkCluster, checkHa, checkName, checkSettings, checkVersion } from "./cluster-rules";
import { applySettings, defaultSettings } from "./cluster-settings";
import type { Credentials } from "./credentials";
import type { Droplets } from "./droplets";
import type { Cluster } from "./entities";
import { invalid, notFound } from "./errors";
import type { Ledger } from "./ledger";
import type { ClusterLifecycle } from "./lifecycle";
import type { NodePools } from "./node-pools";
import { HA_CONTROL_PLANE_USD } from "./offers/prices";
import { isHighlyAvailableByDefault, upgradesFrom } from "./offers/versions";
import type { ClusterCreateRequest, ClusterUpdateRequest } from "./requests";
import type { Store } from "./store";
import { freeSubnets } from "./subnets";
import { timestamp } from "./time";
import type { Vpcs } from "./vpcs";

/** The services that {@link Clusters} works with. */
export interface ClusterServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly vpcs: Vpcs;
  readonly droplets: Droplets;
  readonly credentials: Credentials;
  readonly nodePools: NodePools;
  readonly lifecycle: ClusterLifecycle;
  readonly faults: ClusterFaults;
}

/** The account's Kubernetes clusters. */
export class Clusters {
  /**
   * Whether a name can be taken only once in the account. DigitalOcean refuses a second cluster of a name; doctl still has
   * an error for a name that several clusters have.
   *
   * @see https://github.com/crossplane-contrib/provider-upjet-digitalocean/issues/48
   */
  public namesAreUnique = true;

  public constructor(private readonly services: ClusterServices) {}

  public list(): Cluster[] {
    return this.services.store.clusters.all();
  }

  /** @throws ApiError 404 */
  public get(id: string): Cluster {
    const cluster = this.services.store.clusters.find(id);
    if (!cluster) {
      throw notFound();
    }
    return cluster;
  }

  /**
   * Creates a cluster and starts it in the background.
   * @throws ApiError 422
   */
  public create(request: ClusterCreateRequest): Cluster {
    const { store, clock, vpcs, nodePools, lifecycle, faults } = this.services;
    const version = checkCluster(request);
    this.checkNameIsFree(request.name);
    nodePools.checkLimit(request.nodePools.map((pool) => ({ request: pool, nodes: 0 })));
    const subnets = freeSubnets(this.list(), lifecycle.preparedSubnet);
    const now = timestamp(clock.now());
    const cluster = store.clusters.put({
      ...applySettings(defaultSettings, request),
      id: randomUUID(),
      name: request.name,
      region: request.region,
      version: version.slug,
      clusterSubnet: request.clusterSubnet || subnets.cluster,
      serviceSubnet: request.serviceSubnet || subnets.service,
      vpcUuid: this.vpcOf(request, vpcs),
      ha: request.ha ?? isHighlyAvailableByDefault(version.slug),
      nodePools: request.nodePools.map((pool) => nodePools.draft(pool)),
      registries: [],
      state: "provisioning",
      stateMessage: "provisioning",
      statusMessages: [{ message: "cluster is provisioning", timestamp: now }],
      endpoint: "",
      certificateAuthorityData: "",
      fault: faults.take(),
      createdAt: now,
      updatedAt: now,
    });
    this.chargeHa(cluster);
    lifecycle.reconcile(cluster.id);
    return cluster;
  }

  /** @throws ApiError 404, 422 */
  public update(id: string, request: ClusterUpdateRequest): Cluster {
    const { store, clock } = this.services;
    const cluster = this.get(id);
    const { name = cluster.name } = request;
    checkName("cluster", name);
    if (name !== cluster.name) {
      this.checkNameIsFree(name);
    }
    checkSettings(request);
    checkHa(cluster, request.ha);
    const changed = store.clusters.put({
      ...cluster,
      ...applySettings(cluster, request),
      name,
      ha: request.ha ?? cluster.ha,
      updatedAt: timestamp(clock.now()),
    });
    if (!cluster.ha) {
      this.chargeHa(changed);
    }
    return changed;
  }

  /** Deletes a cluster and its Droplets. Load balancers, volumes and snapshots stay. @throws ApiError 404 */
  public delete(id: string): void {
    const { store, ledger, droplets, credentials, lifecycle } = this.services;
    const cluster = this.get(id);
    for (const droplet of store.droplets.all().filter(({ clusterId }) => clusterId === id)) {
      droplets.remove(droplet.id);
    }
    ledger.stop(cluster.id);
    credentials.revoke(id);
    store.clusters.remove(id);
    store.retiredClusters.put({ id });
    lifecycle.reconcile(id);
  }

  /** @throws ApiError 404; 422 if it is not among the upgrades on offer */
  public upgrade(id: string, slug: string): void {
    const { store, clock, lifecycle } = this.services;
    const cluster = this.get(id);
    const version = checkVersion(slug);
    if (!upgradesFrom(cluster.version).includes(version)) {
      throw invalid(`cluster cannot be upgraded from ${cluster.version} to ${version.slug}`);
    }
    store.clusters.update(id, {
      version: version.slug,
      state: "upgrading",
      stateMessage: "upgrading",
      updatedAt: timestamp(clock.now()),
    });
    lifecycle.reconcile(id);
  }

  /** Integrates every cluster with these registries, or removes the integration. @throws ApiError 404 */
  public setRegistries(
    ids: readonly string[],
    names: readonly string[],
    integrated: boolean,
  ): void {
    for (const cluster of ids.map((id) => this.get(id))) {
      const others = cluster.registries.filter((name) => !names.includes(name));
      this.services.store.clusters.update(cluster.id, {
        registries: integrated ? [...others, ...names] : others,
      });
    }
  }

  private checkNameIsFree(name: string): void {
    if (this.namesAreUnique && this.list().some((cluster) => cluster.name === name)) {
      throw invalid("a cluster with this name already exists");
    }
  }

  private vpcOf(request: ClusterCreateRequest, vpcs: Vpcs): string {
    if (!request.vpcUuid) {
      return vpcs.defaultOf(request.region).id;
    }
    const vpc = vpcs.list().find(({ id }) => id === request.vpcUuid);
    if (vpc?.region !== request.region) {
      throw invalid(`VPC ${request.vpcUuid} does not exist in region ${request.region}`);
    }
    return vpc.id;
  }

  private chargeHa(cluster: Cluster): void {
    if (cluster.ha) {
      this.services.ledger.start({
        product: "Kubernetes Clusters",
        resourceId: cluster.id,
        description: "High availability control plane",
        groupDescription: cluster.name,
        monthlyUsd: HA_CONTROL_PLANE_USD,
        billedPer: "hour",
      });
    }
  }
}
