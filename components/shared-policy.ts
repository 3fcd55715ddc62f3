import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { LOAD_BALANCER_CLAIMS } from "../core/manifests/load-balancer-annotations";
import { PROJECT_LABEL, STACK_LABEL } from "../core/tags";

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
 * claim other people's addresses or load balancers, routes for other environments' hosts, and that a namespace which is
 * there already becomes an environment's. Costs nothing.
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
            validations: [{ expression, message, reason: "Forbidden" }],
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

const CLAIMS = Object.keys(LOAD_BALANCER_CLAIMS);

function rulesFor(domain: string | undefined): [string, Rule][] {
  return [
    [
      "namespaces",
      {
        apiGroup: "",
        resource: "namespaces",
        expression: `oldObject == null || ${unchanged("labels", [PROJECT_LABEL, STACK_LABEL])}`,
        message: "a namespace is an environment's from its creation on, or never",
      },
    ],
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
    [
      "load-balancers",
      {
        apiGroup: "",
        resource: "services",
        expression: `${IS_CONTROLLER} || ${unchanged("annotations", CLAIMS)}`,
        message: `the annotations ${CLAIMS.join(", ")} are the cloud controller's: they would take another environment's load balancer, or leave one behind`,
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

/** Whoever may write the status of all Services of the cluster: by which name DOKS runs that is written nowhere. */
const IS_CONTROLLER =
  'authorizer.group("").resource("services").subresource("status").check("patch").allowed()';

/** CEL: whether labels or annotations of these names are as they were before; none are before a creation. */
function unchanged(field: "labels" | "annotations", names: readonly string[]): string {
  const before = `(oldObject == null ? optional.none() : oldObject.metadata.?${field}[?name])`;
  return `${JSON.stringify(names)}.all(name, object.metadata.?${field}[?name] == ${before})`;
}
