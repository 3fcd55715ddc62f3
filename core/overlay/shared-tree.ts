import { UserError } from "../errors";
import { LOAD_BALANCER_CLAIMS } from "../manifests/load-balancer-annotations";
import type { KubernetesObject } from "../manifests/manifest";
import { grantFaults } from "./shared-grants";
import { podFaults } from "./shared-pods";

/** The namespaces that a tree may name. */
export interface TreePlace {
  readonly namespace: string;
  /** Of the environment that stands in for what is not deployed. */
  readonly baseline?: string;
}

/**
 * Cluster-wide kinds that are not Kubernetes' own: kustomize, which knows no others, takes them for namespaced.
 *
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/ (what DOKS installs)
 */
const CLUSTER_WIDE = new Set([
  "GatewayClass",
  "CiliumClusterwideNetworkPolicy",
  "CiliumClusterwideEnvoyConfig",
  "CiliumExternalWorkload",
  "CiliumLoadBalancerIPPool",
  "CiliumL2AnnouncementPolicy",
  "CiliumEgressGatewayPolicy",
]);

/** Kinds by which a tree would lift its bounds, with where it says so instead. */
const BOUNDS: Readonly<Record<string, string>> = {
  ResourceQuota: "the setting quota says it",
  LimitRange: "the setting limits says it",
  CiliumNetworkPolicy: "it could open what the environment's own policy closes",
};

/** What the program itself puts into the namespace. */
const OWN = new Set([
  "ConfigMap/kube-root-ca.crt",
  "HTTPRoute/environment",
  "NetworkPolicy/environment",
  "Secret/registry",
  ...["developer", "ci"].flatMap((name) =>
    ["Role", "RoleBinding", "ServiceAccount"].map((kind) => `${kind}/${name}`),
  ),
]);

/** Texts of the application's own, in which "namespace" may mean anything. */
const OPAQUE = new Set([
  "data",
  "stringData",
  "binaryData",
  "annotations",
  "labels",
  "env",
  "args",
]);

/**
 * Makes sure that a tree does not reach beyond its namespace on a cluster that others live on, too.
 *
 * Not for safety alone, which Pod Security, quotas and RBAC give: it tells before anything is created, and all at once.
 *
 * @param objects - as they would be applied
 * @throws {UserError} that names every object with what is wrong about it
 */
export function requireSharedTree(objects: readonly KubernetesObject[], place: TreePlace): void {
  const faults = objects.flatMap((object) =>
    faultsOf(object, place).map((fault) => `  ${nameOf(object)}: ${fault}`),
  );
  if (faults.length > 0) {
    throw new UserError(
      ["the tree cannot be deployed on a shared cluster:", ...faults].join("\n"),
      "leave these out in an overlay of your own, or `pulumi config set placement cluster` for a cluster of your own",
    );
  }
}

function faultsOf(object: KubernetesObject, place: TreePlace): string[] {
  const { kind, metadata, spec } = object;
  if (metadata.namespace === undefined || CLUSTER_WIDE.has(kind)) {
    return [clusterWide(kind)];
  }
  const faults: string[] = [];
  const bound = BOUNDS[kind];
  if (bound !== undefined) {
    faults.push(`${kind} is the environment's own here: ${bound}`);
  }
  if (OWN.has(`${kind}/${metadata.name}`)) {
    faults.push("the environment has one of this name itself");
  }
  const foreign = foreignNamespaces(object, place);
  if (foreign.length > 0) {
    faults.push(`names another namespace: ${foreign.join(", ")}`);
  }
  return [
    ...faults,
    ...networkFaults(kind, spec, place),
    ...claimFaults(object),
    ...grantFaults(object),
    ...podFaults(spec),
  ];
}

function clusterWide(kind: string): string {
  return kind === "ClusterRole"
    ? "is cluster-wide and would meet another environment's; `pulumi config set clusterScoped convert` makes it a Role"
    : "is cluster-wide: it would hold for everybody, or meet another environment's";
}

/** Any `namespace:` in the object that is another one. */
function foreignNamespaces(object: KubernetesObject, { namespace }: TreePlace): string[] {
  const found = namespacesIn(object).filter((name) => name !== namespace);
  return [...new Set(found)];
}

function namespacesIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(namespacesIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (OPAQUE.has(key)) {
      return [];
    }
    return key === "namespace" && typeof value === "string" ? [value] : namespacesIn(value);
  });
}

function claimFaults({ kind, metadata }: KubernetesObject): string[] {
  const { annotations = {} } = metadata;
  return kind === "Service"
    ? Object.entries(LOAD_BALANCER_CLAIMS)
        .filter(([name]) => name in annotations)
        .map(([name, outcome]) => `${outcome} (annotation ${name})`)
    : [];
}

interface NetworkSpec {
  readonly type?: string;
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly egress?: readonly unknown[];
}

function networkFaults(kind: string, spec: unknown, { namespace, baseline }: TreePlace): string[] {
  const { externalName, externalIPs = [], egress = [] } = (spec ?? {}) as NetworkSpec;
  const faults: string[] = [];
  if (kind === "NetworkPolicy" && egress.length > 0) {
    faults.push("its egress rules could open what the environment's own policy closes");
  }
  if (kind === "Service" && externalIPs.length > 0) {
    faults.push(`claims the addresses ${externalIPs.join(", ")} (externalIPs)`);
  }
  const target = /\.([a-z0-9-]+)\.svc(\.|$)/.exec(externalName ?? "")?.[1];
  if (kind === "Service" && ![undefined, namespace, baseline].includes(target)) {
    faults.push(`leads into another namespace: ${target ?? ""}`);
  }
  return faults;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}
