import type * as k8s from "@pulumi/kubernetes";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as core from "@pulumi/kubernetes/core/v1";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import { ID_LABEL } from "../core/labels";
import {
  EPHEMERAL_STORAGE,
  hardOf,
  type Quota,
  type SharedQuota,
  sharedHardOf,
} from "../core/rules/quotas";
import { isolationIn, openingsTo } from "./network-isolation";

/** Kubernetes quantities, e.g. `500m` and `512Mi`. */
interface CpuAndMemory {
  readonly cpu?: string;
  readonly memory?: string;
}

export interface Sharing {
  /** Labels of the namespace with its owner. */
  readonly ownerLabels: Readonly<Record<string, string>>;
  /** The bounds in addition to {@link EnvironmentNamespaceArgs.quota}. */
  readonly quota: SharedQuota;
  readonly throughEntrance: boolean;
  /** Namespace of the environment that provides the services which are not deployed. */
  readonly baseline?: string;
  /** Refuses to delete the namespace until this is reset. */
  readonly protect: boolean;
  /** Hooks before the creation of the namespace. @default - none */
  readonly guards?: pulumi.ResourceHook[];
}

export interface EnvironmentNamespaceArgs {
  /** Name of the namespace: a DNS label. */
  readonly namespace: string;
  /** The environment's uuid, for a label of the namespace. */
  readonly id: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** The maximum total requests of the namespace. */
  readonly quota: Quota;
  /** The defaults for a container's requests and limits, and the maximum of a container. */
  readonly limits: {
    readonly defaultRequest: CpuAndMemory;
    readonly default: CpuAndMemory;
    readonly max: CpuAndMemory;
  };
  /** Whether pods of other namespaces are blocked. */
  readonly networkIsolation: boolean;
  /** CIDRs of the cluster's pods and of its Services. */
  readonly podSubnet: pulumi.Input<string>;
  readonly serviceSubnet: pulumi.Input<string>;
  /** Databases in the VPC that its pods may reach, each as `<host name or IPv4 address>:<port>`. */
  readonly databases: readonly string[];
  /** Strictest level that every pod must meet. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
  readonly podSecurity: "privileged" | "baseline" | "restricted";
  /** Content of a `.dockerconfigjson` for pulling images. @default - no pull secret */
  readonly dockerConfigJson?: pulumi.Input<string>;
  /** @default - the cluster is the environment's own */
  readonly sharing?: Sharing;
  readonly provider: k8s.Provider;
}

/**
 * Timeout for the deletion of a namespace, whose load balancers and volumes are deleted first. After that the update
 * fails; the namespace's conditions show the reason.
 */
const DELETE_TIMEOUT = "10m";

/** Pods with these priorities would evict other environments' pods. Kubernetes allows them in every namespace. */
const PUSHY_PRIORITIES = ["system-cluster-critical", "system-node-critical"];

/**
 * The environment's namespace with its bounds: a ResourceQuota, a LimitRange, a NetworkPolicy, a Pod Security level,
 * and, where images need one, a pull secret. Costs nothing.
 *
 * In a shared cluster, its bounds are tighter, and all its objects are `deletedWith` it.
 */
export class EnvironmentNamespace extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:EnvironmentNamespace";

  /** The namespace itself. In a shared cluster, resources inside it are `deletedWith` it. */
  public readonly resource: core.Namespace;
  /** Name of the namespace, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  public constructor(
    name: string,
    args: EnvironmentNamespaceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { provider, dockerConfigJson, sharing, ...inputs } = args;
    super(EnvironmentNamespace.__pulumiType, name, inputs, opts);
    this.resource = new core.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: {
            ...args.labels,
            ...sharing?.ownerLabels,
            [ID_LABEL]: args.id,
            "pod-security.kubernetes.io/enforce": args.podSecurity,
          },
        },
      },
      {
        parent: this,
        provider,
        deletedWith: opts?.deletedWith,
        ...(sharing && {
          protect: sharing.protect,
          customTimeouts: { delete: DELETE_TIMEOUT },
          hooks: sharing.guards && { beforeCreate: sharing.guards },
        }),
      },
    );
    const child = {
      parent: this,
      provider,
      deletedWith: sharing === undefined ? opts?.deletedWith : this.resource,
    };
    this.namespace = this.resource.metadata.name;
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace: this.namespace,
      labels: { ...args.labels },
    });

    new core.ResourceQuota(
      `${name}-quota`,
      {
        metadata: metadata("environment"),
        spec: { hard: sharing === undefined ? hardOf(args.quota) : sharedHardOf(sharing.quota) },
      },
      child,
    );
    new core.LimitRange(
      `${name}-limits`,
      {
        metadata: metadata("environment"),
        spec: { limits: [{ type: "Container", ...limitsOf(args) }] },
      },
      child,
    );
    if (args.networkIsolation) {
      new NetworkPolicy(
        `${name}-isolation`,
        {
          metadata: metadata("environment"),
          spec: isolationIn({ ...args, baseline: sharing?.baseline }),
        },
        child,
      );
      new CustomResource(
        `${name}-egress`,
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: metadata("egress"),
          spec: openingsTo(args.databases),
        },
        child,
      );
    }
    if (sharing !== undefined) {
      this.boundAmongOthers(name, sharing, metadata, child);
    }
    if (dockerConfigJson !== undefined) {
      addPullSecret(name, metadata, dockerConfigJson, child);
    }
    this.registerOutputs({ namespace: this.namespace });
  }

  private boundAmongOthers(
    name: string,
    { throughEntrance }: Sharing,
    metadata: Metadata,
    child: pulumi.CustomResourceOptions,
  ): void {
    new core.ResourceQuota(
      `${name}-priority`,
      {
        metadata: metadata("priority"),
        spec: {
          hard: { pods: "0" },
          scopeSelector: {
            matchExpressions: [
              { scopeName: "PriorityClass", operator: "In", values: PUSHY_PRIORITIES },
            ],
          },
        },
      },
      child,
    );
    if (throughEntrance) {
      // A NetworkPolicy cannot select the entrance, which is neither a pod nor an address.
      // @see https://docs.cilium.io/en/stable/network/servicemesh/ingress-and-network-policy/
      new CustomResource(
        `${name}-entrance`,
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: metadata("entrance"),
          spec: { endpointSelector: {}, ingress: [{ fromEntities: ["ingress"] }] },
        },
        child,
      );
    }
  }
}

type Metadata = (objectName: string) => k8s.types.input.meta.v1.ObjectMeta;

/** On a shared cluster a quota counts the disk space of containers, so each must declare a limit. */
function limitsOf({
  limits: { defaultRequest, default: fallback, max },
  sharing,
}: EnvironmentNamespaceArgs): Record<string, Record<string, string>> {
  const { request, limit } = EPHEMERAL_STORAGE;
  return withoutEmpty({
    defaultRequest: { ...defaultRequest, ...(sharing && { "ephemeral-storage": request }) },
    default: { ...fallback, ...(sharing && { "ephemeral-storage": limit }) },
    max: { ...max },
  });
}

/** Leaves out empty maps: the API server drops them, which would look like drift. */
function withoutEmpty(
  limits: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(limits)
      .filter(([, values]) => Object.keys(values).length > 0)
      .map(([kind, values]) => [kind, { ...values }]),
  );
}

/** Adds the pull secret to the namespace's default ServiceAccount, which Kubernetes has created. */
function addPullSecret(
  name: string,
  metadata: Metadata,
  dockerConfigJson: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): void {
  const secret = new core.Secret(
    `${name}-pull-secret`,
    {
      metadata: metadata("registry"),
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": dockerConfigJson },
    },
    child,
  );
  new core.ServiceAccountPatch(
    `${name}-pull-secret`,
    {
      metadata: { name: "default", namespace: secret.metadata.namespace },
      imagePullSecrets: [{ name: secret.metadata.name }],
    },
    child,
  );
}
