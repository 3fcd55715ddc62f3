import * as pulumi from "@pulumi/pulumi";
import { type ContentsArgs, declareContents } from "./environment-contents";
import { EnvironmentNamespace, type EnvironmentNamespaceArgs } from "./environment-namespace";
import { declareOwnCluster, type OwnClusterArgs, priceOf } from "./own-cluster";
import { after } from "./timestamp";

export interface EnvironmentArgs extends ContentsArgs, OwnClusterArgs {
  /** Name of the namespace: a DNS label. */
  readonly physicalName: string;
  /** The environment's uuid, for a label of the namespace. */
  readonly id: pulumi.Input<string>;
  readonly bounds: Pick<
    EnvironmentNamespaceArgs,
    "quota" | "limits" | "networkIsolation" | "podSecurity" | "databases"
  >;
  /** Time from creation to expiry, in seconds. */
  readonly ttlSeconds: number;
}

/**
 * A complete environment: a DOKS cluster, its access to images, a bounded namespace, the developers' access, the
 * workloads, and a smoke test.
 *
 * Costs {@link pricePerHour}: nodes, load balancers and volumes. All resources inside the cluster are `deletedWith`
 * it, so a teardown does not need the API server.
 */
export class Environment extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:Environment";

  public readonly clusterId: pulumi.Output<string>;
  public readonly clusterName: pulumi.Output<string>;
  public readonly namespace: pulumi.Output<string>;
  /** URL of the entry; undefined without an entry. */
  public readonly url: pulumi.Output<string | undefined> | undefined;
  /** Contains no credential, see {@link DoksCluster.kubeconfig}. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** When the cluster was created, RFC 3339. */
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
    const { registry, doks, provider, inside } = declareOwnCluster(name, args, this);
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
    const { clusterId, endpoint: server, certificateAuthorityData } = doks;
    const apiServer = { clusterId, server, certificateAuthorityData };
    const url = declareContents(name, args, { bounded, apiServer, provider, options: inside });

    this.clusterId = doks.clusterId;
    this.clusterName = doks.clusterName;
    this.namespace = namespace;
    this.url = url;
    this.kubeconfig = doks.kubeconfig;
    this.createdAt = doks.createdAt.apply((createdAt) => after(createdAt, 0));
    this.expiresAt = doks.createdAt.apply((createdAt) => after(createdAt, args.ttlSeconds));
    this.pricePerHour = priceOf(args, args.overlay.objects);
    this.registerOutputs({
      url: this.url,
      namespace,
      clusterId: this.clusterId,
      expiresAt: this.expiresAt,
    });
  }
}
