import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { billOf } from "../core/money/bill";
import { pricePerHour } from "../core/money/prices";
import { integrationSecrets } from "../core/rules/own-objects";
import { DoksCluster, type DoksClusterArgs, type NodePoolArgs } from "./doks-cluster";
import { Entrance } from "./entrance";
import { HostRecord } from "./host-record";
import { RegistryAccess, type RegistryAccessArgs } from "./registry-access";
import { SharedPolicy } from "./shared-policy";
import { after } from "./timestamp";

export interface HostClusterArgs {
  /** The cluster's name, its tags and its guards. */
  readonly cluster: Pick<DoksClusterArgs, "clusterName" | "tags" | "poolTags" | "guards">;
  /** Put on everything in the cluster. */
  readonly labels: Readonly<Record<string, string>>;
  readonly region: string;
  /** Version slug for a new cluster. */
  readonly kubernetesVersion: string;
  readonly nodePool: NodePoolArgs;
  /** Price of a Droplet size in USD per hour. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  readonly registry: RegistryAccessArgs;
  /** Environments answer at hosts one label below it. @default - each has a load balancer of its own */
  readonly domain?: string;
  /** Name of the certificate with which the entrance ends TLS, and a guard for the record that leads there. @default - neither */
  readonly https?: { readonly certificate: string; readonly guard?: pulumi.ResourceHook };
  /** The networks that the entrance lets in. @default - everybody */
  readonly networks?: readonly string[];
  /** Kinds beside Kubernetes' own that environments may have, as `<Kind>.<group>`. */
  readonly allowedKinds: readonly string[];
  /** Refuses `pulumi destroy` until it is lifted. */
  readonly protect: boolean;
}

/**
 * A DOKS cluster for the environments of many: nodes, access to images, what holds for all, and the entrance; no
 * workloads.
 *
 * Costs what {@link pricePerHour} says: its nodes at their fewest, and the entrance's load balancer. All that is inside the
 * cluster is `deletedWith` it.
 */
export class HostCluster extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:HostCluster";

  public readonly clusterId: pulumi.Output<string>;
  public readonly clusterName: pulumi.Output<string>;
  /** Holds no credential, see {@link DoksCluster.kubeconfig}. */
  public readonly kubeconfig: pulumi.Output<string>;
  /** RFC 3339; of the cluster. */
  public readonly createdAt: pulumi.Output<string>;
  /** Address of the entrance; undefined without one. */
  public readonly entrance: pulumi.Output<string | undefined> | undefined;
  /** In USD, at list prices and with the fewest nodes. */
  public readonly pricePerHour: number;

  public constructor(name: string, args: HostClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { labels, domain, https, networks } = args;
    super(HostCluster.__pulumiType, name, { labels }, opts);
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
        // The update takes over objects of a killed update.
        upsertExistingObjects: true,
        enablePatchForce: true,
      },
      inside,
    );
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
    this.pricePerHour = priceOf(args);
    this.registerOutputs({ clusterId: this.clusterId, entrance: this.entrance });
  }
}

/** Those that DOKS puts into every namespace. */
function pullSecretsOf({ registry }: HostClusterArgs): string[] {
  return registry.access === "integration" ? integrationSecrets(registry.registryName) : [];
}

function priceOf({ nodePool, usdPerHour, domain, https }: HostClusterArgs): number {
  const { nodes } = billOf({
    nodeSize: nodePool.size,
    nodeCount: nodePool.count,
    objects: [],
  });
  return pricePerHour({
    nodes: nodes.map(({ count, size }) => ({ count, usdPerHour: usdPerHour[size] ?? 0 })),
    loadBalancers: domain === undefined || https === undefined ? 0 : 1,
    networkLoadBalancers: domain === undefined || https !== undefined ? 0 : 1,
    volumeGiB: 0,
  });
}
