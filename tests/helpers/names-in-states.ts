import type { Recorded } from "./record-mocks";

/**
 * Resources in the states of stacks from before the code was moved by domain (2026-11-30, the commit before 9202b90), each as
 * `<type> <name> < <parent>`, recorded by running that commit's own tests. An update of such a stack finds each again; one that
 * it does not find it would delete and make anew.
 */

/** An environment in a cluster of its own. */
export const ENVIRONMENT = [
  "command:local:Command environment-smoke-test < environment-smoke-test",
  "digitalocean:index/kubernetesCluster:KubernetesCluster environment-cluster < environment-cluster",
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool environment-cluster-workers < environment-cluster",
  "ephemeral-doks:components:DeveloperAccess environment-access < environment",
  "ephemeral-doks:components:DoksCluster environment-cluster < environment",
  "ephemeral-doks:components:Environment environment < the stack",
  "ephemeral-doks:components:EnvironmentNamespace environment-namespace < environment",
  "ephemeral-doks:components:KustomizeWorkloads environment-workloads < environment",
  "ephemeral-doks:components:RegistryAccess environment-registry < environment",
  "ephemeral-doks:components:SmokeTest environment-smoke-test < environment",
  "kubernetes:core/v1:LimitRange environment-namespace-limits < environment-namespace",
  "kubernetes:core/v1:Namespace environment-namespace < environment-namespace",
  "kubernetes:core/v1:ResourceQuota environment-namespace-quota < environment-namespace",
  "kubernetes:core/v1:ServiceAccount environment-access-ci < environment-access",
  "kubernetes:core/v1:ServiceAccount environment-access-developer < environment-access",
  "kubernetes:kustomize/v2:Directory environment-workloads < environment-workloads",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy environment-namespace-isolation < environment-namespace",
  "kubernetes:rbac.authorization.k8s.io/v1:Role environment-access-ci < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:Role environment-access-developer < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding environment-access-ci < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding environment-access-developer < environment-access",
  "pulumi:providers:kubernetes environment-kubernetes < environment",
];

/** An environment in a namespace. */
export const SHARED_ENVIRONMENT = [
  "command:local:Command environment-smoke-test < environment-smoke-test",
  "ephemeral-doks:components:DeveloperAccess environment-access < environment",
  "ephemeral-doks:components:EntranceRoute environment-route < environment",
  "ephemeral-doks:components:EnvironmentNamespace environment-namespace < environment",
  "ephemeral-doks:components:KustomizeWorkloads environment-workloads < environment",
  "ephemeral-doks:components:RegistryAccess environment-registry < environment",
  "ephemeral-doks:components:SharedEnvironment environment < the stack",
  "ephemeral-doks:components:SmokeTest environment-smoke-test < environment",
  "kubernetes:cilium.io/v2:CiliumNetworkPolicy environment-namespace-entrance < environment-namespace",
  "kubernetes:core/v1:LimitRange environment-namespace-limits < environment-namespace",
  "kubernetes:core/v1:Namespace environment-namespace < environment-namespace",
  "kubernetes:core/v1:ResourceQuota environment-namespace-priority < environment-namespace",
  "kubernetes:core/v1:ResourceQuota environment-namespace-quota < environment-namespace",
  "kubernetes:core/v1:ServiceAccount environment-access-ci < environment-access",
  "kubernetes:core/v1:ServiceAccount environment-access-developer < environment-access",
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute environment-route < environment-route",
  "kubernetes:kustomize/v2:Directory environment-workloads < environment-workloads",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy environment-namespace-isolation < environment-namespace",
  "kubernetes:rbac.authorization.k8s.io/v1:Role environment-access-ci < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:Role environment-access-developer < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding environment-access-ci < environment-access",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding environment-access-developer < environment-access",
  "pulumi:providers:kubernetes environment-kubernetes < environment",
];

/** A shared cluster with a domain. */
export const HOST = [
  "digitalocean:index/kubernetesCluster:KubernetesCluster host-cluster < host-cluster",
  "digitalocean:index/kubernetesNodePool:KubernetesNodePool host-cluster-workers < host-cluster",
  "ephemeral-doks:components:DoksCluster host-cluster < host",
  "ephemeral-doks:components:Entrance host-entrance < host",
  "ephemeral-doks:components:HostCluster host < the stack",
  "ephemeral-doks:components:RegistryAccess host-registry < host",
  "ephemeral-doks:components:SharedPolicy host-policy < host",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy host-policy-load-balancers < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy host-policy-namespaces < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy host-policy-routes < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy host-policy-services < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding host-policy-load-balancers < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding host-policy-namespaces < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding host-policy-routes < host-policy",
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding host-policy-services < host-policy",
  "kubernetes:core/v1:Namespace host-entrance < host-entrance",
  "kubernetes:gateway.networking.k8s.io/v1:Gateway host-entrance < host-entrance",
  "pulumi:providers:kubernetes host-kubernetes < host",
];

/** All resources, as such lists have them. */
export function asInStates(resources: readonly Recorded[]): string[] {
  return resources.map(
    ({ type, name, parent }) => `${type} ${name} < ${parent === "" ? "the stack" : parent}`,
  );
}
