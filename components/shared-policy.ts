import type * as k8s from "@pulumi/kubernetes";
import { ValidatingAdmissionPolicy } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicy";
import { ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1/validatingAdmissionPolicyBinding";
import * as pulumi from "@pulumi/pulumi";
import { admissionPolicies, type SharedPolicies } from "../core/rules/admission-policies";

export interface SharedPolicyArgs extends SharedPolicies {
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: k8s.Provider;
}

/**
 * Rules for all environments of a shared cluster that quotas and roles cannot express: the API server enforces the
 * rules for trees on every user. Costs nothing.
 */
export class SharedPolicy extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:SharedPolicy";

  public constructor(name: string, args: SharedPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    const { provider, labels, ...cluster } = args;
    super(SharedPolicy.__pulumiType, name, { labels, ...cluster }, opts);
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    for (const [rule, spec] of Object.entries(admissionPolicies(cluster))) {
      const metadata = { name: `environment-${rule}`, labels: { ...labels } };
      const policy = new ValidatingAdmissionPolicy(
        `${name}-${rule}`,
        { metadata, spec: { failurePolicy: "Fail", ...spec } },
        child,
      );
      new ValidatingAdmissionPolicyBinding(
        `${name}-${rule}`,
        { metadata, spec: { policyName: policy.metadata.name, validationActions: ["Deny"] } },
        child,
      );
    }
    this.registerOutputs({});
  }
}
