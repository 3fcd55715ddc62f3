import * as pulumi from "@pulumi/pulumi";
import { integrationSecrets } from "../core/rules/own-objects";
import { Entrance } from "./entrance";
import { HostRecord } from "./host-record";
import { declareOwnCluster, type OwnClusterArgs, priceOf } from "./own-cluster";
import { SharedPolicy } from "./shared-policy";
import { after } from "./timestamp";

export interface HostClusterArgs extends OwnClusterArgs {
  /** Labels of all objects in the cluster. */
  readonly labels: Readonly<Record<string, string>>;
  /** Environments get hosts one label below it. @default - each has its own load balancer */
  readonly domain?: string;
  /**
   * Name of the certificate with which the entrance ends TLS, and a guard for its wildcard record. @default - neither
   */
  readonly https?: { readonly certificate: string; readonly guard?: pulumi.ResourceHook };
  /** The networks that the entrance admits. @default - all */
  readonly networks?: readonly string[];
  /** Kinds beside Kubernetes' own that environments may use, as `<Kind>.<group>`. */
  readonly allowedKinds: readonly string[];
}

/**
 * A DOKS cluster for several environments: nodes, access to images, cluster-wide policies, and the entrance, but no
 * workloads.
 *
 * Costs {@link pricePerHour}: the minimum of its nodes, and the entrance's load balancer. All resources inside the
 * cluster are `deletedWith` it.
 */
export class HostCluster extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:HostCluster";

  public readonly clusterId: pulumi.Output<string>;
  public readonly clusterName: pulumi.Output<string>;
  /** Contains no credential, see {@link DoksCluster.kubeconfig}. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** When the cluster was created, RFC 3339. */
  public readonly createdAt: pulumi.Output<string>;
  /** Address of the entrance; undefined without one. */
  public readonly entrance: pulumi.Output<string | undefined> | undefined;
  /** In USD, at list prices and with the minimum of nodes. */
  public readonly pricePerHour: number;

  public constructor(name: string, args: HostClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { labels, domain, https, networks } = args;
    super(HostCluster.__pulumiType, name, { labels }, opts);
    const { doks, provider, inside } = declareOwnCluster(name, args, this);
    new SharedPolicy(
      `${name}-policy`,
      { labels, domain, kinds: args.allowedKinds, ownObjects: pullSecretsOf(args), provider },
      inside,
    );
    if (domain !== undefined) {
      const certificate = https?.certificate;
      const entrance = new Entrance(
        `${name}-entrance`,
        { domain, certificate, networks, labels, provider },
        inside,
      );
      this.entrance = entrance.address;
      if (https !== undefined) {
        const address = entrance.address.apply((found) => found ?? "");
        new HostRecord(
          `${name}-record`,
          { domain, label: "*", guard: https.guard, address },
          { parent: this, dependsOn: [entrance] },
        );
      }
    }

    this.clusterId = doks.clusterId;
    this.clusterName = doks.clusterName;
    this.kubeconfig = doks.kubeconfig;
    this.createdAt = doks.createdAt.apply((createdAt) => after(createdAt, 0));
    this.pricePerHour = priceOf(args, [], {
      loadBalancers: domain !== undefined && https !== undefined ? 1 : 0,
      networkLoadBalancers: domain !== undefined && https === undefined ? 1 : 0,
    });
    this.registerOutputs({ clusterId: this.clusterId, entrance: this.entrance });
  }
}

/** The pull secrets that DOKS adds to every namespace. */
function pullSecretsOf({ registry }: HostClusterArgs): string[] {
  return registry.access === "integration" ? integrationSecrets(registry.registryName) : [];
}
