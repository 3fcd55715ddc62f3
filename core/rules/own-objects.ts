/** Name of the ResourceQuota, the LimitRange, the NetworkPolicy and the route that each environment has. */
export const ENVIRONMENT = "environment";

/** Name of a shared cluster's Gateway, and of its namespace, which no environment can have. */
export const ENTRANCE = "entrance";

/** Roles that the program makes in each environment, each with a ServiceAccount and a RoleBinding of its name. */
export const ROLES = ["developer", "ci"] as const;

/**
 * What the program, or Kubernetes itself, puts into an environment's namespace: `<Kind>/<name>`. A tree that has one of
 * these would change what bounds it.
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

/** The pull secrets that DOKS puts into every namespace of a cluster that is integrated with a registry. */
export function integrationSecrets(registryName: string): string[] {
  return [`Secret/${registryName}`, `Secret/registry-${registryName}`];
}
