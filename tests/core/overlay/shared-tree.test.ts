import { describeError, UserError } from "../../../core/errors";
import { requireSharedTree } from "../../../core/overlay/shared-tree";

const PLACE = { namespace: "alice-dev", baseline: "main-dev" };

interface Loose {
  readonly kind: string;
  readonly [field: string]: unknown;
}

function faults(...objects: Loose[]): string[] {
  const named = objects.map((object) => ({
    apiVersion: "v1",
    metadata: { name: "x", namespace: "alice-dev" },
    ...object,
  }));
  try {
    requireSharedTree(named, PLACE);
  } catch (error) {
    return error instanceof UserError ? describeError(error).split("\n").slice(1, -1) : ["?"];
  }
  return [];
}

const deployment = (pod: object): Loose => ({
  kind: "Deployment",
  spec: { template: { spec: { containers: [{ name: "main" }], ...pod } } },
});
const role = (...rules: object[]): Loose => ({ kind: "Role", rules });
const service = (annotations: Record<string, string>): Loose => ({
  kind: "Service",
  metadata: { name: "x", namespace: "alice-dev", annotations },
});
const binding = (kind: string, name: string): Loose => ({
  kind: "RoleBinding",
  roleRef: { kind, name },
  subjects: [{ kind: "ServiceAccount", name: "x", namespace: "alice-dev" }],
});

describe("a tree for a shared cluster", () => {
  it.each([
    ["workloads", deployment({ volumes: [{ emptyDir: {} }], priorityClassName: "mine" })],
    ["a Service of the baseline", { kind: "Service", spec: { externalName: "cart.main-dev.svc" } }],
    ["a name outside the cluster", { kind: "Service", spec: { externalName: "db.example.com" } }],
    ["rights to read", binding("ClusterRole", "view")],
    ["a Role of its own", role({ resources: ["pods"], verbs: ["*"] })],
    ["a look at quotas", role({ resources: ["resourcequotas"], verbs: ["get", "list"] })],
    ["the word in the application's texts", { kind: "ConfigMap", data: { namespace: "bob-dev" } }],
    [
      "a load balancer for HTTP",
      service({ "service.beta.kubernetes.io/do-loadbalancer-type": "REGIONAL" }),
    ],
    ["a policy that lets in", { kind: "NetworkPolicy", spec: { ingress: [{}] } }],
  ])("may have %s", (_, object) => {
    expect(faults(object)).toEqual([]);
  });

  it.each([
    [
      "a custom kind that is cluster-wide",
      { kind: "GatewayClass" },
      /GatewayClass\/x: is cluster-/,
    ],
    [
      "a binding to all rights",
      binding("ClusterRole", "cluster-admin"),
      /RoleBinding\/x: gives rights of the cluster-wide role cluster-admin/,
    ],
    [
      "a Role that writes quotas",
      role({ resources: ["resourcequotas"], verbs: ["update"] }),
      /lets somebody write resourcequotas/,
    ],
    ["a Role that writes all", role({ resources: ["*"], verbs: ["*"] }), /lets somebody write \*/],
    ["a Role that raises rights", role({ resources: ["x"], verbs: ["bind"] }), /somebody bind/],
    [
      "hostPath",
      deployment({ volumes: [{ hostPath: { path: "/etc" } }] }),
      /mount \/etc of the node/,
    ],
    ["hostNetwork", deployment({ hostNetwork: true }), /the node's own \(hostNetwork\)/],
    [
      "a privileged container",
      deployment({ containers: [{ name: "c", securityContext: { privileged: true } }] }),
      /container c is privileged/,
    ],
    [
      "capabilities",
      deployment({
        initContainers: [{ name: "c", securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }],
      }),
      /container c adds capabilities: SYS_ADMIN/,
    ],
    [
      "hostPort",
      deployment({ containers: [{ name: "c", ports: [{ hostPort: 80 }] }] }),
      /hostPort/,
    ],
    [
      "the priority of the system",
      deployment({ priorityClassName: "system-node-critical" }),
      /push others' off the nodes/,
    ],
    [
      "another namespace's account",
      { ...binding("Role", "r"), subjects: [{ kind: "ServiceAccount", namespace: "bob-dev" }] },
      /names another namespace: bob-dev/,
    ],
    [
      "another namespace's Service",
      { kind: "Service", spec: { externalName: "cart.bob-dev.svc.cluster.local" } },
      /leads into another namespace: bob-dev/,
    ],
    ["addresses", { kind: "Service", spec: { externalIPs: ["10.0.0.1"] } }, /claims the addresses/],
    [
      "another environment's load balancer",
      service({ "kubernetes.digitalocean.com/load-balancer-id": "4de7ac8b" }),
      /could take another .* \(annotation kubernetes.digitalocean.com\/load-balancer-id\)/,
    ],
    [
      "a load balancer that all environments of the tree would share",
      service({ "service.beta.kubernetes.io/do-loadbalancer-name": "shop" }),
      /do-loadbalancer-name/,
    ],
    [
      "a load balancer that nobody would remove",
      service({ "service.beta.kubernetes.io/do-loadbalancer-disown": "true" }),
      /would leave its load balancer behind/,
    ],
    ["a quota", { kind: "ResourceQuota" }, /is the environment's own here: the setting quota/],
    ["limits", { kind: "LimitRange" }, /the setting limits says it/],
    ["a policy that lets out", { kind: "NetworkPolicy", spec: { egress: [{}] } }, /egress rules/],
    [
      "what the environment has itself",
      { kind: "ServiceAccount", metadata: { name: "developer", namespace: "alice-dev" } },
      /ServiceAccount\/developer: the environment has one of this name itself/,
    ],
  ])("is refused with %s", (_, object, fault) => {
    expect(faults(object)).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "PersistentVolume",
    "IngressClass",
    "StorageClass",
    "PriorityClass",
    "ValidatingWebhookConfiguration",
    "APIService",
  ])("is refused with a %s, which kustomize gives no namespace", (kind) => {
    expect(faults({ kind, metadata: { name: "x" } })).toEqual([
      expect.stringMatching(`  ${kind}/x: is cluster-wide`),
    ]);
  });

  it("is told all of its faults at once", () => {
    expect(
      faults({ kind: "LimitRange" }, deployment({ hostNetwork: true, hostPID: true })),
    ).toHaveLength(3);
  });
});
