import { KubernetesCluster } from "@pulumi/digitalocean/kubernetesCluster";
import { KubernetesNodePool } from "@pulumi/digitalocean/kubernetesNodePool";
import * as pulumi from "@pulumi/pulumi";
import { BASE_NODE_SIZE } from "../core/money/bill";
import { clusterKubeconfig } from "./cluster-kubeconfig";

/**
 * Lifetime of the cluster credential that the provider fetches and keeps, encrypted, in the stack's state. It is unused
 * (see {@link DoksCluster.kubeconfig}), so it expires at once.
 */
const UNUSED_CREDENTIAL_SECONDS = 60;

/** The worker nodes: a fixed number, or a range for the autoscaler. */
export interface NodePoolArgs {
  /** Droplet size slug; changing it replaces the nodes, not the cluster. */
  readonly size: string;
  /** Number of nodes, 1 to 512; with an autoscaler, the initial number. */
  readonly count: number;
  /** Set together, 1 to 512: the autoscaler keeps the number of nodes between them. @default - `count` nodes */
  readonly minNodes?: number;
  readonly maxNodes?: number;
}

export interface DoksClusterArgs {
  /** Name of the cluster in the account: a DNS label. */
  readonly clusterName: pulumi.Input<string>;
  /** Region slug. Changing it replaces the cluster. */
  readonly region: string;
  /** Version slug for a new cluster. An existing one keeps its version. */
  readonly version: string;
  readonly nodePool: NodePoolArgs;
  /** Lets the cluster pull from the account's container registry. */
  readonly registryIntegration: boolean;
  readonly tags: pulumi.Input<string>[];
  readonly poolTags: pulumi.Input<string>[];
  /** Hooks before the creation of the cluster. @default - none */
  readonly guards?: pulumi.ResourceHook[];
  /** Refuses `pulumi destroy` until this is reset. */
  readonly protect: boolean;
}

/**
 * A DOKS cluster with one small node for system pods and a pool of workers.
 *
 * Costs the price of its Droplets: the control plane is free, because high availability ($40 a month) is turned off.
 * DigitalOcean takes about 5 minutes to create it. Destroying it also deletes its load balancers, volumes and
 * snapshots.
 */
export class DoksCluster extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:DoksCluster";

  /** The cluster itself. Resources inside it are `deletedWith` it. */
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
   * A kubeconfig without a credential: client-go runs a script that requests a fresh one from DigitalOcean. So it never
   * expires, and a stack of any age can be updated. Not secret.
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
        // Explicit, because DOKS 1.36 and later turn on high availability by default: it costs money and is permanent.
        ha: false,
        // DigitalOcean deletes the controllers' load balancers and volumes with the cluster, so that none is left to
        // bill.
        destroyAllAssociatedResources: true,
        registryIntegration: args.registryIntegration,
        kubeconfigExpireSeconds: UNUSED_CREDENTIAL_SECONDS,
        tags: args.tags,
        nodePool: { name: "base", size: BASE_NODE_SIZE, nodeCount: 1, tags: args.poolTags },
      },
      {
        parent: this,
        protect: args.protect,
        // Automatic upgrades change the version, and setting a lower one would replace the cluster.
        ignoreChanges: ["version"],
        // The fixed name would make the provider delete the old cluster first. The engine then asks its missing API
        // server about
        // the contents, and the update fails half-way. The new cluster has another name: see clusterNameOf.
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
        // Deleting a pool whose cluster is gone would fail.
        deletedWith: this.cluster,
        // The autoscaler changes it.
        ...(autoScale ? { ignoreChanges: ["nodeCount"] } : {}),
        // Nodes of the old size leave first: both at once may not fit the account's Droplet limit.
        deleteBeforeReplace: true,
      },
    );
  }
}
