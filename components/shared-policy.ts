import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { STACK_LABEL } from "../lib/tags";

export interface SharedPolicyArgs {
  readonly labels: Readonly<Record<string, string>>;
  /** Environments answer at hosts one label below it. @default - there is no entrance */
  readonly domain?: string;
  readonly provider: k8s.Provider;
}

interface Rule {
  readonly apiGroup: string;
  readonly resource: string;
  /** CEL, about `object`. @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
  readonly expression: string;
  readonly message: string;
}

/**
 * What holds in all environments of a shared cluster and no quota or role can say: the API server refuses Services that
 * claim other people's addresses, and routes for other environments' hosts. Costs nothing.
 */
export class SharedPolicy extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:SharedPolicy";

  public constructor(name: string, args: SharedPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    const { provider, ...inputs } = args;
    super(SharedPolicy.__pulumiType, name, inputs, opts);
    const child = { parent: this, provider, deletedWith: opts?.deletedWith };
    for (const [rule, { apiGroup, resource, expression, message }] of rulesFor(args.domain)) {
      const metadata = { name: `environment-${rule}`, labels: { ...args.labels } };
      const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        `${name}-${rule}`,
        {
          metadata,
          spec: {
            failurePolicy: "Fail",
            matchConstraints: {
              namespaceSelector: { matchExpressions: [{ key: STACK_LABEL, operator: "Exists" }] },
              resourceRules: [
                {
                  apiGroups: [apiGroup],
                  apiVersions: ["*"],
                  operations: ["CREATE", "UPDATE"],
                  resources: [resource],
                },
              ],
            },
            validations: [{ expression, message }],
          },
        },
        child,
      );
      new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
        `${name}-${rule}`,
        { metadata, spec: { policyName: policy.metadata.name, validationActions: ["Deny"] } },
        child,
      );
    }
    this.registerOutputs({});
  }
}

function rulesFor(domain: string | undefined): [string, Rule][] {
  return [
    [
      "services",
      {
        apiGroup: "",
        resource: "services",
        // @see https://github.com/kubernetes/kubernetes/issues/97076 (CVE-2020-8554)
        expression: "!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0",
        message: "externalIPs are refused here: traffic to them would come to this Service",
      },
    ],
    ...(domain === undefined
      ? []
      : [
          [
            "routes",
            {
              apiGroup: "gateway.networking.k8s.io",
              resource: "httproutes",
              expression: `has(object.spec.hostnames) && size(object.spec.hostnames) > 0 && object.spec.hostnames.all(host, host == object.metadata.namespace + ".${domain}")`,
              message: `an environment's host is <its namespace>.${domain}, and no other`,
            },
          ] as [string, Rule],
        ]),
  ];
}
