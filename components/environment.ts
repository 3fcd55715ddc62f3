import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { billOf } from "../core/money/bill";
import { pricePerHour } from "../core/money/prices";
import { DoksCluster, type DoksClusterArgs, type NodePoolArgs } from "./doks-cluster";
import { type ContentsArgs, declareContents } from "./environment-contents";
import { EnvironmentNamespace, type EnvironmentNamespaceArgs } from "./environment-namespace";
import { RegistryAccess, type RegistryAccessArgs } from "./registry-access";
import { after } from "./timestamp";

export interface EnvironmentArgs extends ContentsArgs {
  /** Name of the namespace: a DNS label. */
  readonly physicalName: string;
  /** The environment's uuid: a label of the namespace. */
  readonly id: pulumi.Input<string>;
  /** The cluster's name, its tags and its guards. */
  readonly cluster: Pick<DoksClusterArgs, "clusterName" | "tags" | "poolTags" | "guards">;
  readonly region: string;
  /** Version slug for a new cluster. */
  readonly kubernetesVersion: string;
  readonly nodePool: NodePoolArgs;
  /** Price of a Droplet size in USD per hour. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  readonly registry: RegistryAccessArgs;
  readonly bounds: Pick<
    EnvironmentNamespaceArgs,
    "quota" | "limits" | "networkIsolation" | "podSecurity" | "databases"
  >;
  /** How long after its creation the environment expires, in seconds. */
  readonly ttlSeconds: number;
  /** Refuses `pulumi destroy` until it is lifted. */
  readonly protect: boolean;
}

/**
 * A whole environment: a DOKS cluster, its access to images, a namespace with its bounds, the developers' access, the
 * workloads, and a test that they serve.
 *
 * Costs what {@link pricePerHour} says: nodes, load balancers and volumes. All that is inside the cluster is
 * `deletedWith` it, so a teardown needs no working API server.
 */
export class Environment extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:Environment";

  public readonly clusterId: pulumi.Output<string>;
  public readonly clusterName: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  /** Where the entry is reached; undefined without an entry. */
  public readonly url: pulumi.Output<string | undefined> | undefined;
  /** Holds no credential, see {@link DoksCluster.kubeconfig}. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** RFC 3339; of the cluster. */
  public readonly createdAt: pulumi.Output<string>;
  /** RFC 3339 */
  public readonly expiresAt: pulumi.Output<string>;
  /** In USD, at list prices and the pool's starting size. */
  public readonly pricePerHour: number;

  public constructor(name: string, args: EnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      Environment.__pulumiType,
      name,
      { physicalName: args.physicalName, labels: args.labels },
      opts,
    );
    const registry = new RegistryAccess(`${name}-registry`, args.registry, { parent: this });
    const doks = new DoksCluster(
      `${name}-cluster`,
      {
        ...args.cluster,
        region: args.region,
        version: args.kubernetesVersion,
        nodePool: args.nodePool,
        registryIntegration: registry.integration,
        protect: args.protect,
      },
      { parent: this },
    );
    const inside = { parent: this, deletedWith: doks.cluster };
    const provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: doks.kubeconfig,
        clusterIdentifier: doks.clusterId,
        // Nobody else has objects in this cluster. So an object that exists already (Kubernetes' own `default`
        // ServiceAccount in somebody's tree, or what an update that was killed had created) is taken over.
        upsertExistingObjects: true,
        // And what somebody has changed with kubectl, or an autoscaler has, is not a conflict: the stack says what holds.
        enablePatchForce: true,
      },
      inside,
    );
    const { labels } = args;
    const bounded = new EnvironmentNamespace(
      `${name}-namespace`,
      {
        namespace: args.physicalName,
        id: args.id,
        labels,
        ...args.bounds,
        podSubnet: doks.podSubnet,
        serviceSubnet: doks.serviceSubnet,
        dockerConfigJson: registry.dockerConfigJson,
        provider,
      },
      inside,
    );
    const { namespace } = bounded;
    const url = declareContents(name, args, { bounded, provider, options: inside });

    this.clusterId = doks.clusterId;
    this.clusterName = doks.clusterName;
    this.namespace = namespace;
    this.url = url;
    this.kubeconfig = doks.kubeconfig;
    this.createdAt = doks.createdAt.apply((createdAt) => after(createdAt, 0));
    this.expiresAt = doks.createdAt.apply((createdAt) => after(createdAt, args.ttlSeconds));
    this.pricePerHour = priceOf(args);
    this.registerOutputs({
      url: this.url,
      namespace,
      clusterId: this.clusterId,
      expiresAt: this.expiresAt,
    });
  }
}

function priceOf({ nodePool, usdPerHour, overlay }: EnvironmentArgs): number {
  const { objects } = overlay;
  const bill = billOf({ nodeSize: nodePool.size, nodeCount: nodePool.count, objects });
  const nodes = bill.nodes.map(({ count, size }) => ({ count, usdPerHour: usdPerHour[size] ?? 0 }));
  return pricePerHour({ ...bill, nodes });
}
