import type { KubernetesObject } from "../../../core/manifests/manifest";
import { lostServices } from "../../../core/rules/lost-services";
import { loadBalanced } from "../../helpers/kubernetes-objects";

const one = (apiVersion: string, kind: string, more: object) =>
  ({ apiVersion, kind, metadata: { name: "web" }, ...more }) as KubernetesObject;
const template = (pod: object = {}, labels: object = { app: "web", tier: "front" }) => ({
  metadata: { labels },
  spec: { containers: [{ name: "web", ports: [{ name: "http", containerPort: 80 }] }], ...pod },
});
const workload = (kind = "Deployment", apiVersion = "apps/v1", pod: object = {}) =>
  one(apiVersion, kind, { spec: { template: template(pod) } });
const service = (selector: object, targetPort: unknown = "http", spec: object = {}) =>
  loadBalanced("web", [{ port: 80, targetPort }], {}, { selector, ...spec });
const inside = { type: "ClusterIP" };
const messages = (...objects: KubernetesObject[]) =>
  lostServices(objects).map(({ message }) => message);

const NO_PODS =
  "Service/web: it selects pods with app=api, and no workload of the tree has such pods";
const NO_PORT =
  'Service/web: port 80 goes to "web", and no container of its pods has a TCP port of that name';

it.each<[string, string, readonly KubernetesObject[]]>([
  ["other labels", NO_PODS, [workload(), service({ app: "api" })]],
  [
    "labels of two workloads",
    "Service/web: it selects pods with app=web,tier=back, and no workload of the tree has such pods",
    [workload(), service({ app: "web", tier: "back" })],
  ],
  ["no workloads", NO_PODS, [service({ app: "api" })]],
  ["the same, within the cluster", NO_PODS, [workload(), service({ app: "api" }, 80, inside)]],
  ["another name of a port", NO_PORT, [workload(), service({ app: "web" }, "web")]],
  [
    "a port of another protocol",
    NO_PORT,
    [
      workload("Deployment", "apps/v1", {
        containers: [{ ports: [{ name: "web", containerPort: 80, protocol: "UDP" }] }],
      }),
      service({ app: "web" }, "web"),
    ],
  ],
  [
    "a port of a container that ends first",
    NO_PORT,
    [
      workload("Deployment", "apps/v1", {
        initContainers: [{ ports: [{ name: "web", containerPort: 80 }] }],
      }),
      service({ app: "web" }, "web"),
    ],
  ],
])("a Service for %s has no pods", (_, message, objects) => {
  expect(messages(...objects)).toEqual([message]);
});

it.each<[string, readonly KubernetesObject[]]>([
  ["the pods of a Deployment", [workload(), service({ app: "web" })]],
  ["a number of a port that nobody declares", [workload(), service({ app: "web" }, 8080)]],
  ["a target port without a name", [workload(), service({ app: "web" }, "")]],
  [
    "a port without a target",
    [workload(), loadBalanced("web", [{ port: 80 }], {}, { selector: { app: "web" } })],
  ],
  [
    "a Pod",
    [one("v1", "Pod", template()), service({ app: "web" })].map((object) => ({
      ...object,
      metadata: { name: "web", labels: { app: "web" } },
    })),
  ],
  ["a Job", [workload("Job", "batch/v1"), service({ app: "web" })]],
  [
    "a CronJob",
    [
      one("batch/v1", "CronJob", { spec: { jobTemplate: { spec: { template: template() } } } }),
      service({ app: "web" }),
    ],
  ],
  [
    "a custom resource's pods",
    [workload("Rollout", "argoproj.io/v1alpha1"), service({ app: "web" })],
  ],
  [
    "one pod of a StatefulSet",
    [
      workload("StatefulSet"),
      service({ app: "web", "statefulset.kubernetes.io/pod-name": "web-0" }),
    ],
  ],
  [
    "a sidecar's port",
    [
      workload("Deployment", "apps/v1", {
        initContainers: [{ restartPolicy: "Always", ports: [{ name: "web", containerPort: 80 }] }],
      }),
      service({ app: "web" }, "web"),
    ],
  ],
  ["nothing that it selects itself", [service({})]],
  [
    "another host",
    [one("v1", "Service", { spec: { type: "ExternalName", selector: { app: "api" } } })],
  ],
  [
    "addresses in the tree",
    [
      service({ app: "api" }),
      {
        ...one("discovery.k8s.io/v1", "EndpointSlice", {}),
        metadata: { name: "web-1", labels: { "kubernetes.io/service-name": "web" } },
      } as KubernetesObject,
    ],
  ],
  [
    "pods of somebody else's Service",
    [one("serving.knative.dev/v1", "Service", { spec: { selector: { app: "api" } } })],
  ],
])("a Service for %s has pods", (_, objects) => {
  expect(lostServices(objects)).toEqual([]);
});

const role = (resources: string[], verbs: string[]) =>
  one("rbac.authorization.k8s.io/v1", "Role", {
    rules: [{ apiGroups: ["", "apps", "batch"], resources, verbs }],
  });
const binding = (kind: string, name: string) =>
  one("rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { kind, name } });

describe("certainty", () => {
  const certainty = (...others: KubernetesObject[]) =>
    lostServices([service({ app: "api" }), ...others]).map(({ isCertain }) => isCertain);

  it.each<[string, readonly KubernetesObject[]]>([
    ["nothing else is there", []],
    ["the tree's roles only read", [role(["pods"], ["get"]), binding("Role", "web")]],
  ])("is, when %s", (_, others) => {
    expect(certainty(...others)).toEqual([true]);
  });

  it.each<[string, readonly KubernetesObject[]]>([
    ["a custom resource may make them", [one("example.com/v1", "Database", {})]],
    ["an operator may make them", [role(["deployments"], ["create"]), binding("Role", "web")]],
    ["an operator may make CronJobs", [role(["cronjobs"], ["create"]), binding("Role", "web")]],
    ["pods may label themselves", [role(["pods"], ["patch"]), binding("Role", "web")]],
    ["a role of the cluster may allow it", [binding("ClusterRole", "cluster-admin")]],
    [
      "a webhook may change them",
      [one("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", {})],
    ],
  ])("is not, when %s", (_, others) => {
    expect(certainty(...others)).toEqual([false]);
  });
});
