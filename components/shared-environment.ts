import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { BASELINE_LABEL } from "../core/labels";
import { billOfObjects } from "../core/money/bill";
import { pricePerHour } from "../core/money/prices";
import { type ComputeQuota, shareOf } from "../core/money/shared-capacity";
import type { SharedQuota } from "../core/rules/quotas";
import type { Largest } from "../core/rules/tenancy";
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
  /** The cluster that it lives on, which it does not change. */
  readonly cluster: Pick<
    SharedCluster,
    "id" | "name" | "kubeconfig" | "podSubnet" | "serviceSubnet"
  >;
  /** The cluster at its largest: the quota's share of it is the environment's price. */
  readonly largest: Largest;
  readonly namespace: string;
  /** The environment's uuid: a label of the namespace. */
  readonly id: pulumi.Input<string>;
  /** Put on the namespace: whose it is. */
  readonly ownerLabels: Readonly<Record<string, string>>;
  readonly registry: RegistryAccessArgs;
  readonly bounds: Pick<EnvironmentNamespaceArgs, "limits" | "podSecurity" | "databases"> & {
    readonly quota: SharedQuota;
  };
  /** Namespace of the environment that stands in for the services that are not deployed. */
  readonly baseline?: string;
  /** How long after its creation the environment expires, in seconds. */
  readonly ttlSeconds: number;
  /** Refuses `pulumi destroy` until it is lifted. */
  readonly protect: boolean;
  /** Run before the namespace is created. @default - nothing is checked then */
  readonly guards?: pulumi.ResourceHook[];
}

/**
 * An environment in a namespace of a shared cluster.
 *
 * Costs its quota's share of the nodes, and its own load balancers and volumes. All that is in the namespace is
 * `deletedWith` it, so a teardown is the deletion of one object.
 */
export class SharedEnvironment extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:SharedEnvironment";

  public readonly namespace: pulumi.Output<string>;
  /** Where the entry is reached; undefined without an entry. */
  public readonly url: pulumi.Output<string | undefined> | undefined;
  /** RFC 3339; of the namespace. */
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
        // The update takes over objects of a killed update, with the namespace, of which it is certain by then
        // that it is the stack's own.
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
    this.url = declareContents(name, args, {
      bounded,
      provider,
      options: { parent: this, deletedWith: bounded.resource },
    });
    this.namespace = bounded.namespace;
    // With the id, which is unknown until the namespace exists: in the preview of a new one the field is missing.
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
