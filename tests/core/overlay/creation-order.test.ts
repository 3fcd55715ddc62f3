import type { KubernetesObject } from "../../../core/manifests/manifest";
import { inCreationOrder } from "../../../core/overlay/creation-order";
import { doksServes } from "../../../core/rules/doks";
import { unservedKinds } from "../../../core/rules/served-kinds";

const DEPENDS_ON = "config.kubernetes.io/depends-on";

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  more: object = {},
  dependsOn?: string,
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: {
    name,
    namespace: "alice-dev",
    ...(dependsOn === undefined ? {} : { annotations: { [DEPENDS_ON]: dependsOn } }),
  },
  ...more,
});
const clusterWide = (apiVersion: string, kind: string, name: string, more: object) =>
  ({ apiVersion, kind, metadata: { name }, ...more }) as KubernetesObject;

const JOB = object("batch/v1", "Job", "migrate");
const orderOf = (objects: readonly KubernetesObject[], name: string) =>
  inCreationOrder(objects, "alice-dev").find(({ metadata }) => metadata.name === name)?.metadata
    .annotations?.[DEPENDS_ON];

describe("a tree's own dependencies", () => {
  it.each([
    ["batch/namespaces/shop/Job/migrate", "batch/namespaces/alice-dev/Job/migrate"],
    ["batch/namespaces/alice-dev/Job/migrate", "batch/namespaces/alice-dev/Job/migrate"],
    [
      "batch/namespaces/shop/Job/migrate, /namespaces/shop/Service/db",
      "batch/namespaces/alice-dev/Job/migrate,/namespaces/alice-dev/Service/db",
    ],
    ["storage.k8s.io/StorageClass/fast", "storage.k8s.io/StorageClass/fast"],
  ])("%s names %s of the environment", (said, expected) => {
    const objects = [
      JOB,
      object("v1", "Service", "db"),
      clusterWide("storage.k8s.io/v1", "StorageClass", "fast", {}),
      object("apps/v1", "Deployment", "api", {}, said),
    ];
    expect(orderOf(objects, "api")).toBe(expected);
  });

  it.each(["batch/namespaces/shop/Job/other", "apps/namespaces/shop/Job/migrate", "migrate"])(
    "%s is refused, because the tree does not have it",
    (said) => {
      expect(() =>
        inCreationOrder([JOB, object("apps/v1", "Deployment", "api", {}, said)], "alice-dev"),
      ).toThrow(`Deployment/api: its annotation ${DEPENDS_ON} names "${said}"`);
    },
  );
});

it("drops dependencies on objects outside a part of the tree", () => {
  const api = object("apps/v1", "Deployment", "api", {}, "batch/namespaces/shop/Job/migrate");
  expect(inCreationOrder([api], "alice-dev", [api, JOB])[0]?.metadata).toEqual({
    name: "api",
    namespace: "alice-dev",
  });
});

describe("a custom resource with a webhook in its tree", () => {
  const labels = { app: "operator" };
  const OPERATOR = object("apps/v1", "Deployment", "operator", {
    spec: { template: { metadata: { labels } } },
  });
  const SERVICE = object("v1", "Service", "webhook", { spec: { selector: labels } });
  const clientConfig = { service: { name: "webhook", namespace: "alice-dev" } };
  const definition = (more: object = {}) =>
    clusterWide("apiextensions.k8s.io/v1", "CustomResourceDefinition", "topics.example.com", {
      spec: { group: "example.com", names: { kind: "Topic", plural: "topics" }, ...more },
    });
  const webhook = (rule: object, kind = "ValidatingWebhookConfiguration") =>
    clusterWide("admissionregistration.k8s.io/v1", kind, "checks", {
      webhooks: [{ clientConfig, rules: [{ operations: ["CREATE"], ...rule }] }],
    });
  const TOPIC = object("example.com/v1", "Topic", "orders");
  const TOPICS = { apiGroups: ["example.com"], apiVersions: ["v1"], resources: ["topics"] };
  const WAITS =
    "apps/namespaces/alice-dev/Deployment/operator,/namespaces/alice-dev/Service/webhook";

  it.each([
    ["a rule for it", [definition(), webhook(TOPICS)]],
    ["a mutating one", [definition(), webhook(TOPICS, "MutatingWebhookConfiguration")]],
    ["a rule for all", [definition(), webhook({ apiGroups: ["*"], resources: ["*"] })]],
    [
      "a conversion",
      [definition({ conversion: { strategy: "Webhook", webhook: { clientConfig } } })],
    ],
  ])("waits for its workload: %s", (_, objects) => {
    expect(orderOf([TOPIC, OPERATOR, SERVICE, ...objects], "orders")).toBe(WAITS);
  });

  it.each([
    ["of another group", [definition(), webhook({ ...TOPICS, apiGroups: ["example.org"] })]],
    [
      "that looks at its deletion only",
      [definition(), webhook({ ...TOPICS, operations: ["DELETE"] })],
    ],
    ["of a cluster that has its definition", [webhook(TOPICS)]],
    ["of no one", [definition()]],
  ])("does not wait for a webhook %s", (_, objects) => {
    expect(orderOf([TOPIC, OPERATOR, SERVICE, ...objects], "orders")).toBeUndefined();
  });

  it("does not wait for a workload that has dependencies", () => {
    const later = {
      ...OPERATOR,
      metadata: object("", "", "operator", {}, "batch/namespaces/x/Job/migrate").metadata,
    };
    const order = orderOf([TOPIC, JOB, later, SERVICE, definition(), webhook(TOPICS)], "orders");
    expect(order).toBe("/namespaces/alice-dev/Service/webhook");
  });

  it("keeps its own dependencies", () => {
    const said = {
      ...TOPIC,
      metadata: object("", "", "orders", {}, "batch/namespaces/x/Job/migrate").metadata,
    };
    const objects = [said, JOB, OPERATOR, SERVICE, definition(), webhook(TOPICS)];
    expect(orderOf(objects, "orders")).toBe(`batch/namespaces/alice-dev/Job/migrate,${WAITS}`);
  });

  it("does not change pods and Deployments, which would wait for each other", () => {
    const all = webhook({ apiGroups: ["*"], resources: ["*"] });
    expect(orderOf([OPERATOR, SERVICE, definition(), all], "operator")).toBeUndefined();
  });
});

describe("a custom resource whose definition is not in the tree", () => {
  const operator = object("apps/v1", "Deployment", "operator", {
    spec: { template: { spec: { serviceAccountName: "operator" } } },
  });
  const role = (name: string, group: string, resource: string, verb: string) =>
    clusterWide("rbac.authorization.k8s.io/v1", "ClusterRole", name, {
      rules: [{ apiGroups: [group], resources: [resource], verbs: [verb] }],
    });
  const binding = (name: string) =>
    clusterWide("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", `${name}-binding`, {
      roleRef: { kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: "operator" }],
    });
  const tree = (verb: string, group: string) => [
    operator,
    role("definer", "apiextensions.k8s.io", "customresourcedefinitions", verb),
    binding("definer"),
    role("server", group, "*", "*"),
    binding("server"),
    object("db.example.com/v1", "Cluster", "main"),
  ];

  it.each([
    ["waits for the operator that may define it", "create", "db.example.com", true],
    ["waits for one that may do everything", "*", "*", true],
    ["does not wait for one that only reads definitions", "get", "db.example.com", false],
    ["does not wait for one of other kinds", "create", "other.example.com", false],
  ])("%s", (_, verb, group, isAfter) => {
    expect(orderOf(tree(verb, group), "main")).toBe(
      isAfter ? "apps/namespaces/alice-dev/Deployment/operator" : undefined,
    );
    // It is refused beforehand unless somebody may define it.
    expect(unservedKinds(tree(verb, group), doksServes)).toHaveLength(isAfter ? 0 : 1);
  });
});
