import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Quantities as Kubernetes writes them, e.g. `500m` and `512Mi`. */
export interface CpuAndMemory {
  readonly cpu?: string;
  readonly memory?: string;
}

export interface EnvironmentNamespaceArgs {
  /** Name of the namespace: a DNS label. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The most that all of the namespace may ask for together. */
  readonly quota: {
    readonly cpu: string;
    readonly memory: string;
    readonly pods: number;
    readonly loadBalancers: number;
    readonly volumes: number;
    readonly storage: string;
  };
  /** What a container gets that does not say, and the most that one may ask for. */
  readonly limits: {
    readonly defaultRequest: CpuAndMemory;
    readonly default: CpuAndMemory;
    readonly max: CpuAndMemory;
  };
  /** Pods of other namespaces cannot reach this one. */
  readonly networkIsolation: boolean;
  /** CIDR of the cluster's pods. */
  readonly podSubnet: pulumi.Input<string>;
  /** Strictest level that every pod must meet. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
  readonly podSecurity: "privileged" | "baseline" | "restricted";
  /** Content of a `.dockerconfigjson` that pods pull images with. @default - no pull secret */
  readonly dockerConfigJson?: pulumi.Input<string>;
  readonly provider: k8s.Provider;
}

/**
 * The environment's namespace with its bounds: a ResourceQuota, a LimitRange, a NetworkPolicy, a Pod Security level,
 * and, where images need one, a pull secret. Costs nothing.
 */
export class EnvironmentNamespace extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:EnvironmentNamespace";

  /** Name of the namespace, known once it exists. */
  public readonly namespace: pulumi.Output<string>;

  public constructor(
    name: string,
    args: EnvironmentNamespaceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { provider, dockerConfigJson, ...inputs } = args;
    super(EnvironmentNamespace.__pulumiType, name, inputs, opts);
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    const namespace = new k8s.core.v1.Namespace(
      name,
      {
        metadata: {
          name: args.namespace,
          labels: { ...args.labels, "pod-security.kubernetes.io/enforce": args.podSecurity },
        },
      },
      child,
    );
    this.namespace = namespace.metadata.name;
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace: this.namespace,
      labels: { ...args.labels },
    });

    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: metadata("environment"), spec: { hard: hardLimits(args.quota) } },
      child,
    );
    new k8s.core.v1.LimitRange(
      `${name}-limits`,
      {
        metadata: metadata("environment"),
        spec: { limits: [{ type: "Container", ...withoutEmpty(args.limits) }] },
      },
      child,
    );
    if (args.networkIsolation) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-isolation`,
        { metadata: metadata("environment"), spec: isolation(args.podSubnet) },
        child,
      );
    }
    if (dockerConfigJson !== undefined) {
      addPullSecret(name, metadata, dockerConfigJson, child);
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

function hardLimits(quota: EnvironmentNamespaceArgs["quota"]): Record<string, string> {
  return {
    "requests.cpu": quota.cpu,
    "requests.memory": quota.memory,
    "requests.storage": quota.storage,
    persistentvolumeclaims: String(quota.volumes),
    pods: String(quota.pods),
    "services.loadbalancers": String(quota.loadBalancers),
  };
}

/** Leaves out what says nothing: the API server answers an empty map with no map, which would look like drift. */
function withoutEmpty(
  limits: EnvironmentNamespaceArgs["limits"],
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(limits)
      .filter(([, values]) => Object.keys(values).length > 0)
      .map(([kind, values]) => [kind, { ...values }]),
  );
}

/** Lets in what comes from this namespace and from outside the cluster: everything but other namespaces' pods. */
function isolation(
  podSubnet: pulumi.Input<string>,
): k8s.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [{ podSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0", except: [podSubnet] } }],
      },
    ],
  };
}

/** Puts the pull secret on the namespace's default ServiceAccount, which Kubernetes itself has made. */
function addPullSecret(
  name: string,
  metadata: (objectName: string) => k8s.types.input.meta.v1.ObjectMeta,
  dockerConfigJson: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): void {
  const secret = new k8s.core.v1.Secret(
    `${name}-pull-secret`,
    {
      metadata: metadata("registry"),
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": dockerConfigJson },
    },
    child,
  );
  new k8s.core.v1.ServiceAccountPatch(
    `${name}-pull-secret`,
    {
      metadata: { name: "default", namespace: secret.metadata.namespace },
      imagePullSecrets: [{ name: secret.metadata.name }],
    },
    child,
  );
}
