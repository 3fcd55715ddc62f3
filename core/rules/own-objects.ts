/** Name of the ResourceQuota, LimitRange, NetworkPolicy and route of each environment. */
export const ENVIRONMENT = "environment";

/** Name of a shared cluster's Gateway and of its namespace. No environment can have this name. */
export const ENTRANCE = "entrance";

/** Roles that the program creates in each environment, each with a ServiceAccount and a RoleBinding of its name. */
export const ROLES = ["developer", "ci"] as const;

/**
 * Objects that the program, or Kubernetes itself, creates in an environment's namespace: `<Kind>/<name>`. With one of
 * them, a tree would change its own limits.
 */
export const OWN_OBJECTS: readonly string[] = [
  "ConfigMap/kube-root-ca.crt",
  ...["ResourceQuota", "LimitRange", "NetworkPolicy", "HTTPRoute"].map(
    (kind) => `${kind}/${ENVIRONMENT}`,
  ),
  "ResourceQuota/priority",
  ...["entrance", "egress"].map((name) => `CiliumNetworkPolicy/${name}`),
  "Secret/registry",
  ...ROLES.flatMap((name) =>
    ["Role", "RoleBinding", "ServiceAccount"].map((kind) => `${kind}/${name}`),
  ),
];

/** The pull secrets that DOKS adds to every namespace of a cluster that is integrated with a registry. */
export function integrationSecrets(registryName: string): string[] {
  return [`Secret/${registryName}`, `Secret/registry-${registryName}`];
}
