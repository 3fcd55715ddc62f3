import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { BASELINE_LABEL } from "../core/labels";
import { billOfObjects } from "../core/money/bill";
import { pricePerHour } from "../core/money/prices";
import { type ComputeQuota, shareOf } from "../core/money/shared-capacity";
import type { SharedQuota } from "../core/rules/quotas";
import type { Largest } from "../core/rules/tenancy";
import type { ClusterObjects } from "./cluster-objects";
import { type ContentsArgs, declareContents } from "./environment-contents";
import {
  EnvironmentNamespace,
  type EnvironmentNamespaceArgs,
  type Sharing,
} from "./environment-namespace";
import { RegistryAccess, type RegistryAccessArgs } from "./registry-access";
import type { SharedCluster } from "./shared-cluster";
import { after } from "./timestamp";

export interface SharedEnvironmentArgs extends ContentsArgs {
  /** The cluster that it runs on, and does not change. */
  readonly cluster: Pick<
    SharedCluster,
    "id" | "name" | "kubeconfig" | "podSubnet" | "serviceSubnet"
  > & { readonly objects: Pick<ClusterObjects, "server" | "certificateAuthorityData"> };
  /** The cluster's maximum size: the quota's share of it determines the price. */
  readonly largest: Largest;
  readonly namespace: string;
  /** The environment's uuid, for a label of the namespace. */
  readonly id: pulumi.Input<string>;
  /** Labels of the namespace with its owner. */
  readonly ownerLabels: Readonly<Record<string, string>>;
  readonly registry: RegistryAccessArgs;
  readonly bounds: Pick<EnvironmentNamespaceArgs, "limits" | "podSecurity" | "databases"> & {
    readonly quota: SharedQuota;
  };
  /** Namespace of the environment that provides the services which are not deployed. */
  readonly baseline?: string;
  /** Time from creation to expiry, in seconds. */
  readonly ttlSeconds: number;
  /** Refuses `pulumi destroy` until this is reset. */
  readonly protect: boolean;
  /** Hooks before the creation of the namespace. @default - none */
  readonly guards?: pulumi.ResourceHook[];
}

/**
 * An environment in a namespace of a shared cluster.
 *
 * Costs its quota's share of the nodes, and its own load balancers and volumes. All resources in the namespace are
 * `deletedWith` it, so a teardown deletes a single object.
 */
export class SharedEnvironment extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:SharedEnvironment";

  public readonly namespace: pulumi.Output<string>;
  /** URL of the entry; undefined without an entry. */
  public readonly url: pulumi.Output<string | undefined> | undefined;
  /** When the namespace was created, RFC 3339. */
  public readonly createdAt: pulumi.Output<string>;
  /** RFC 3339 */
  public readonly expiresAt: pulumi.Output<string>;
  /** In USD, at list prices. */
  public readonly pricePerHour: number;

  public constructor(
    name: string,
    args: SharedEnvironmentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { cluster, labels } = args;
    super(
      SharedEnvironment.__pulumiType,
      name,
      { namespace: args.namespace, clusterId: cluster.id, labels },
      opts,
    );
    const registry = new RegistryAccess(`${name}-registry`, args.registry, { parent: this });
    const provider = new Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: cluster.kubeconfig,
        clusterIdentifier: cluster.id,
        // The update adopts objects of a killed update, and the namespace, which is proved to be the stack's own by
        // then.
        upsertExistingObjects: true,
        enablePatchForce: true,
      },
      { parent: this },
    );
    const bounded = new EnvironmentNamespace(
      `${name}-namespace`,
      {
        namespace: args.namespace,
        id: args.id,
        labels,
        ...args.bounds,
        networkIsolation: true,
        podSubnet: cluster.podSubnet,
        serviceSubnet: cluster.serviceSubnet,
        dockerConfigJson: registry.dockerConfigJson,
        sharing: sharingOf(args),
        provider,
      },
      { parent: this },
    );
    const { server, certificateAuthorityData } = cluster.objects;
    this.url = declareContents(name, args, {
      bounded,
      apiServer: { clusterId: cluster.id, server, certificateAuthorityData },
      provider,
      options: { parent: this, deletedWith: bounded.resource },
    });
    this.namespace = bounded.namespace;
    // Depends on the id, because in the preview of a new namespace the metadata lacks the timestamp.
    const { id, metadata } = bounded.resource;
    const createdAt = pulumi
      .all([id, metadata])
      .apply(([, { creationTimestamp }]) => creationTimestamp);
    this.createdAt = createdAt.apply((time) => after(time, 0));
    this.expiresAt = createdAt.apply((time) => after(time, args.ttlSeconds));
    this.pricePerHour = priceOf(args);
    this.registerOutputs({
      url: this.url,
      namespace: this.namespace,
      clusterId: cluster.id,
      expiresAt: this.expiresAt,
    });
  }
}

function sharingOf({
  ownerLabels,
  baseline,
  protect,
  guards,
  reached,
  bounds,
}: SharedEnvironmentArgs): Sharing {
  return {
    ownerLabels: {
      ...ownerLabels,
      ...(baseline === undefined ? {} : { [BASELINE_LABEL]: baseline }),
    },
    quota: bounds.quota,
    throughEntrance: reached !== undefined,
    baseline,
    protect,
    guards,
  };
}

function priceOf({ bounds, largest, overlay }: SharedEnvironmentArgs): number {
  const quota: ComputeQuota = bounds.quota;
  return pricePerHour({
    nodes: [{ count: shareOf(quota, largest.capacity), usdPerHour: largest.usdPerHour }],
    ...billOfObjects(overlay.objects, largest.nodes),
  });
}
