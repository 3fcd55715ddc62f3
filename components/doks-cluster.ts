import { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster";
import { KubernetesNodePool } from "@pulumi/digitalocean/kubernetesNodePool";
import * as pulumi from "@pulumi/pulumi";
import { BASE_NODE_SIZE } from "../core/money/bill";
import { clusterKubeconfig } from "./cluster-kubeconfig";

/**
 * Lifetime of the cluster credential that the provider fetches on its own and keeps, encrypted, in the stack's
 * state. Nothing here uses it (see {@link DoksCluster.kubeconfig}), so it may as well be dead at once.
 */
const UNUSED_CREDENTIAL_SECONDS = 60;

/** The worker nodes: a fixed number, or as many as the autoscaler finds right. */
export interface NodePoolArgs {
  /** Droplet size slug; changing it replaces the nodes, not the cluster. */
  readonly size: string;
  /** Number of nodes, 1 to 512; with the two below, only where the pool starts. */
  readonly count: number;
  /** Both, 1 to 512: the autoscaler keeps the number of nodes between them. @default - there are `count` nodes */
  readonly minNodes?: number;
  readonly maxNodes?: number;
}

export interface DoksClusterArgs {
  /** Name of the cluster in the account: a DNS label. */
  readonly clusterName: pulumi.Input<string>;
  /** Region slug. Changing it replaces the cluster. */
  readonly region: string;
  /** Version slug for a new cluster. An existing one keeps its version, whatever is said here. */
  readonly version: string;
  readonly nodePool: NodePoolArgs;
  /** Lets the cluster pull from the account's container registry. */
  readonly registryIntegration: boolean;
  readonly tags: pulumi.Input<string>[];
  readonly poolTags: pulumi.Input<string>[];
  /** The engine runs them before it creates the cluster. @default - nothing keeps it from doing so */
  readonly guards?: pulumi.ResourceHook[];
  /** Refuses `pulumi destroy` until it is lifted. */
  readonly protect: boolean;
}

/**
 * A DOKS cluster with one small node for the cluster's own needs and a pool of workers.
 *
 * Costs the price of its Droplets: the control plane is free, because high availability ($40 a month) is declined.
 * Takes about 5 minutes to create on DigitalOcean. Destroying it takes its load balancers, volumes and snapshots
 * along.
 */
export class DoksCluster extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:DoksCluster";

  /** The cluster itself: what lives inside it is `deletedWith` this. */
  public readonly cluster: KubernetesCluster;
  public readonly clusterId: pulumi.Output<string>;
  public readonly clusterName: pulumi.Output<string>;
  /** When the cluster was created, RFC 3339. */
  public readonly createdAt: pulumi.Output<string>;
  public readonly podSubnet: pulumi.Output<string>;
  public readonly serviceSubnet: pulumi.Output<string>;
  /** URL of the API server. */
  public readonly endpoint: pulumi.Output<string>;
  /** Certificate authority of the API server, PEM in base64. Not secret. */
  public readonly certificateAuthorityData: pulumi.Output<string>;
  /**
   * A kubeconfig that holds no credential: client-go runs a script that asks the DigitalOcean API for a fresh one.
   * So it never expires, and a stack of any age can be updated. Not secret.
   */
  public readonly kubeconfig: pulumi.Output<string>;

  public constructor(name: string, args: DoksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { guards, ...inputs } = args;
    super(DoksCluster.__pulumiType, name, inputs, opts);
    this.cluster = this.createCluster(name, args);
    this.createWorkers(name, args);

    this.clusterId = this.cluster.id;
    this.clusterName = this.cluster.name;
    this.createdAt = this.cluster.createdAt;
    this.podSubnet = this.cluster.clusterSubnet;
    this.serviceSubnet = this.cluster.serviceSubnet;
    this.endpoint = this.cluster.endpoint;
    this.certificateAuthorityData = pulumi.unsecret(
      this.cluster.kubeConfigs.apply(([config]) => config?.clusterCaCertificate ?? ""),
    );
    this.kubeconfig = pulumi
      .all([this.clusterId, this.clusterName, this.endpoint, this.certificateAuthorityData])
      .apply(([id, clusterName, server, ca]) => clusterKubeconfig(id, clusterName, server, ca));
    this.registerOutputs({
      clusterId: this.clusterId,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
    });
  }

  private createCluster(name: string, args: DoksClusterArgs): KubernetesCluster {
    return new KubernetesCluster(
      name,
      {
        name: args.clusterName,
        region: args.region,
        version: args.version,
        // Left out, DOKS 1.36 and later turn on high availability: paid for, and it cannot be turned off.
        ha: false,
        // DigitalOcean deletes the controllers' resources (load balancers, volumes) with the cluster, so that none is left to bill.
        destroyAllAssociatedResources: true,
        registryIntegration: args.registryIntegration,
        kubeconfigExpireSeconds: UNUSED_CREDENTIAL_SECONDS,
        tags: args.tags,
        nodePool: { name: "base", size: BASE_NODE_SIZE, nodeCount: 1, tags: args.poolTags },
      },
      {
        parent: this,
        protect: args.protect,
        // DOKS moves it by automatic upgrades, and a lower one would replace the cluster.
        ignoreChanges: ["version"],
        // The provider would have it deleted first because of its fixed name. Its contents could then be asked
        // about on the way only from an API server that is gone, and the update would fail half-way. The new one has
        // another name: see clusterNameOf.
        deleteBeforeReplace: false,
        hooks: args.guards && { beforeCreate: args.guards },
      },
    );
  }

  private createWorkers(name: string, args: DoksClusterArgs): void {
    const { size, count, minNodes, maxNodes } = args.nodePool;
    const autoScale = minNodes !== undefined && maxNodes !== undefined;
    new KubernetesNodePool(
      `${name}-workers`,
      {
        clusterId: this.cluster.id,
        name: "workers",
        size,
        nodeCount: count,
        ...(autoScale ? { autoScale, minNodes, maxNodes } : {}),
        tags: args.poolTags,
      },
      {
        parent: this,
        // On its own, deleting a pool whose cluster is gone fails.
        deletedWith: this.cluster,
        // The autoscaler's to decide.
        ...(autoScale ? { ignoreChanges: ["nodeCount"] } : {}),
        // Nodes of the old size leave first: both at once may not fit the account's Droplet limit.
        deleteBeforeReplace: true,
      },
    );
  }
}
