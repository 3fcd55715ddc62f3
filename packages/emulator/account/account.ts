import type { Clock } from "../clock";
import type { ControlPlanes } from "../kubernetes/control-planes";
import { ApiTokens } from "./api-tokens";
import { ClusterResources } from "./associated-resources";
import type { Authority } from "./authority";
import { Billing } from "./billing";
import { Certificates } from "./certificates";
import { createCloudPort } from "./cloud";
import type { CloudPort } from "./cloud-port";
import { ClusterFaults } from "./cluster-faults";
import { ClusterNodes } from "./cluster-nodes";
import { Clusters } from "./clusters";
import { Credentials } from "./credentials";
import { Domains } from "./domains";
import { Droplets } from "./droplets";
import { Images } from "./images";
import { Ledger } from "./ledger";
import { ClusterLifecycle } from "./lifecycle";
import { LoadBalancers } from "./load-balancers";
import { Metrics } from "./metrics";
import { NodePools } from "./node-pools";
import { Projects } from "./projects";
import { Registries } from "./registries";
import type { Store } from "./store";
import { Tags } from "./tags";
import { TrafficLog } from "./traffic";
import { Volumes } from "./volumes";
import { Vpcs } from "./vpcs";

export interface AccountOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Issues the account's certificates. */
  readonly authority: Authority;
  /** Creates the control planes of the clusters. */
  readonly createControlPlanes: (cloud: CloudPort) => ControlPlanes;
  readonly log: (line: string) => void;
}

/** A DigitalOcean account, with all of its services. */
export class Account {
  public readonly store: Store;
  public readonly clock: Clock;
  public readonly tokens: ApiTokens;
  public readonly vpcs: Vpcs;
  public readonly droplets: Droplets;
  public readonly domains: Domains;
  public readonly certificates: Certificates;
  public readonly loadBalancers: LoadBalancers;
  public readonly volumes: Volumes;
  public readonly credentials: Credentials;
  public readonly images: Images;
  public readonly registries: Registries;
  public readonly projects: Projects;
  public readonly tags: Tags;
  public readonly metrics: Metrics;
  public readonly billing: Billing;
  public readonly clusters: Clusters;
  public readonly nodePools: NodePools;
  public readonly clusterResources: ClusterResources;
  public readonly clusterFaults = new ClusterFaults();
  public readonly lifecycle: ClusterLifecycle;
  private readonly controlPlanes: ControlPlanes;

  public constructor({ store, clock, authority, createControlPlanes, log }: AccountOptions) {
    const ledger = new Ledger(store, clock);
    const traffic = new TrafficLog(store, clock);
    this.store = store;
    this.clock = clock;
    this.tokens = new ApiTokens(store, clock);
    this.vpcs = new Vpcs(store, clock);
    this.droplets = new Droplets(store, clock, this.vpcs, ledger);
    this.domains = new Domains(store, clock);
    this.certificates = new Certificates(store, clock, authority, this.domains);
    this.loadBalancers = new LoadBalancers(
      store,
      clock,
      this.vpcs,
      ledger,
      this.certificates,
      this.domains,
    );
    this.volumes = new Volumes(store, clock, ledger);
    this.credentials = new Credentials(store, clock);
    this.images = new Images(store, clock);
    this.registries = new Registries(store, clock, ledger, this.images);
    this.projects = new Projects(store, clock);
    this.tags = new Tags(store);
    this.metrics = new Metrics(store, clock, traffic);
    this.billing = new Billing(store, clock);
    const { credentials, certificates, loadBalancers, volumes, tags } = this;
    this.controlPlanes = createControlPlanes(
      createCloudPort({ store, credentials, certificates, loadBalancers, volumes, tags, traffic }),
    );
    const nodes = new ClusterNodes(store, clock, this.droplets);
    this.lifecycle = new ClusterLifecycle(store, clock, nodes, this.controlPlanes, log);
    this.nodePools = new NodePools(store, clock, this.lifecycle);
    this.clusters = new Clusters({ ...this, ledger, faults: this.clusterFaults });
    this.clusterResources = new ClusterResources(this.clusters, loadBalancers, volumes);
  }

  /** Stops all clusters and saves the account. */
  public async close(): Promise<void> {
    // In parallel, so that it does not wait for a control plane that is still starting.
    await Promise.all([this.lifecycle.close(), this.controlPlanes.close()]);
    this.store.flush();
  }
}
