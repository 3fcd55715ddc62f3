import type * as k8s from "@pulumi/kubernetes";
import * as core from "@pulumi/kubernetes/core/v1";
import { Role } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import * as pulumi from "@pulumi/pulumi";

/** A user or group of the cluster. */
export interface Developer {
  readonly kind: "User" | "Group";
  readonly name: string;
}

export interface DeveloperAccessArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The users and groups with rights in the namespace, besides the account's own users and the ServiceAccount
   * `developer`.
   */
  readonly developers: readonly Developer[];
  readonly provider: k8s.Provider;
}

type PolicyRule = k8s.types.input.rbac.v1.PolicyRule;

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "update", "patch", "delete"];

/** Rights to run and inspect workloads, but not to change roles, quotas, limits or network policies. */
export const DEVELOPER_RULES: PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["pods", "services", "configmaps", "secrets", "persistentvolumeclaims"],
    verbs: WRITE,
  },
  {
    apiGroups: [""],
    resources: ["pods/exec", "pods/attach", "pods/portforward"],
    verbs: ["get", "create"],
  },
  {
    apiGroups: [""],
    resources: [
      "pods/log",
      "events",
      "endpoints",
      "serviceaccounts",
      "resourcequotas",
      "limitranges",
    ],
    verbs: READ,
  },
  {
    apiGroups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: WRITE,
  },
  {
    apiGroups: ["apps"],
    resources: ["deployments/scale", "statefulsets/scale", "replicasets/scale"],
    verbs: ["get", "update", "patch"],
  },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: WRITE },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: WRITE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: WRITE },
  { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: READ },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: READ },
];

/**
 * Rights to see whether the workloads are healthy, but no Secrets, no shell and no Jobs: a user who creates pods has
 * the rights of every ServiceAccount in the namespace, and can read every Secret.
 */
export const CI_RULES: PolicyRule[] = [
  { apiGroups: [""], resources: ["pods", "pods/log", "services", "events"], verbs: READ },
  {
    apiGroups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: READ,
  },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: READ },
];

/**
 * The rights in the environment's namespace: a Role `developer` and a smaller one `ci`, each with a ServiceAccount of
 * its name. The cluster's administrators can request their tokens. Costs nothing.
 */
export class DeveloperAccess extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:DeveloperAccess";

  public constructor(
    name: string,
    args: DeveloperAccessArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { provider, ...inputs } = args;
    super(DeveloperAccess.__pulumiType, name, inputs, opts);
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    const metadata = (objectName: string) => ({
      name: objectName,
      namespace: args.namespace,
      labels: { ...args.labels },
    });
    const grant = (
      role: string,
      rules: PolicyRule[],
      others: readonly k8s.types.input.rbac.v1.Subject[],
    ) => {
      const account = new core.ServiceAccount(
        `${name}-${role}`,
        { metadata: metadata(role), automountServiceAccountToken: false },
        child,
      );
      const { metadata: granted } = new Role(
        `${name}-${role}`,
        { metadata: metadata(role), rules },
        child,
      );
      new RoleBinding(
        `${name}-${role}`,
        {
          metadata: metadata(role),
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: granted.name },
          subjects: [
            { kind: "ServiceAccount", name: account.metadata.name, namespace: args.namespace },
            ...others,
          ],
        },
        child,
      );
    };

    grant(
      "developer",
      DEVELOPER_RULES,
      args.developers.map(({ kind, name: subject }) => ({
        apiGroup: "rbac.authorization.k8s.io",
        kind,
        name: subject,
      })),
    );
    grant("ci", CI_RULES, []);
    this.registerOutputs({});
  }
}
