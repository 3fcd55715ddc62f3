import type { KubernetesObject } from "../../../core/manifests/manifest";
import { nodeShortages } from "../../../core/rules/node-fit";

const BOUNDS = {
  limits: { defaultRequest: { cpu: "50m" }, default: {} },
  nodes: 3,
  isShared: false,
};
/** Two workers of 2 CPUs and 4 GiB and a base node: 1.9 CPUs and 2.5Gi twice, and 0.9 CPUs and 1Gi. */
const SUPPLY = {
  nodes: [
    { count: 2, size: { vcpus: 2, memoryMiB: 4096 } },
    { count: 1, size: { vcpus: 1, memoryMiB: 2048 } },
  ],
  bound: { setting: "nodeCount", count: 2 },
} as const;
const workload = (kind: string, replicas: number, cpu: string, memory = "1Mi") =>
  ({
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "web" },
    spec: {
      replicas,
      template: { spec: { containers: [{ resources: { requests: { cpu, memory } } }] } },
    },
  }) as KubernetesObject;
const told = (...objects: KubernetesObject[]) =>
  nodeShortages(objects, BOUNDS, SUPPLY).map(({ remedy, message }) =>
    typeof remedy === "string" ? message : `${remedy.setting}=${remedy.least}: ${message}`,
  );

describe("the shortage of an environment's nodes", () => {
  it.each<[string, KubernetesObject[], string[]]>([
    [
      "nothing that fits exactly",
      [workload("Deployment", 2, "1900m"), workload("Pod", 1, "0")],
      [],
    ],
    [
      "a pod with more CPUs than any node has",
      [workload("StatefulSet", 1, "2")],
      [
        "nodeSize=<larger size>: StatefulSet/web: a pod requests 2 CPUs, and the largest node gives 1.9",
      ],
    ],
    [
      "a pod with more memory than any node has",
      [workload("Deployment", 1, "1m", "3Gi")],
      [
        "nodeSize=<larger size>: Deployment/web: a pod requests 3Gi of memory, and the largest node gives 2.5Gi",
      ],
    ],
    [
      "more than all nodes have together",
      [workload("Deployment", 4, "1"), workload("DaemonSet", 1, "500m")],
      ["nodeCount=3: the tree's pods request 5.5 CPUs, but all nodes together give 4.7"],
    ],
    ["nothing of a Job, which waits", [workload("Job", 1, "9")], []],
  ])("is %s", (_, objects, expected) => {
    expect(told(...objects)).toEqual(expected);
  });
});

describe("the fix for a pod that no node fits", () => {
  const offered = [
    { slug: "s-2vcpu-4gb", vcpus: 2, memoryMiB: 4096 },
    { slug: "s-4vcpu-8gb", vcpus: 4, memoryMiB: 8192 },
    { slug: "s-2vcpu-16gb", vcpus: 2, memoryMiB: 16_384 },
    { slug: "s-8vcpu-16gb", vcpus: 8, memoryMiB: 16_384 },
  ];
  const remedies = (...objects: KubernetesObject[]) =>
    nodeShortages(objects, BOUNDS, { ...SUPPLY, offered }).map(({ remedy }) =>
      typeof remedy === "string" ? remedy : `${remedy.setting}=${remedy.least}`,
    );

  it.each<[string, KubernetesObject[], string[]]>([
    ["its CPUs", [workload("Deployment", 1, "3900m")], ["nodeSize=s-4vcpu-8gb"]],
    ["its memory", [workload("Deployment", 1, "1", "7Gi")], ["nodeSize=s-2vcpu-16gb"]],
    [
      "all pods, although one would fit on a cheaper one",
      [workload("Deployment", 1, "3"), workload("StatefulSet", 1, "1", "7Gi")],
      ["nodeSize=s-8vcpu-16gb", "nodeSize=s-8vcpu-16gb"],
    ],
  ])("names the cheapest size on offer for %s", (_, objects, expected) => {
    expect(remedies(...objects)).toEqual(expected);
  });

  it("names no size when none on offer is large enough", () => {
    expect(remedies(workload("Deployment", 1, "8"))).toEqual([
      "request less in your own overlay: no node size on offer is large enough",
    ]);
  });
});

describe("more pods on separate nodes than there are nodes", () => {
  const apart = (required: object, kind = "Deployment", replicas = 4, more: object = {}) =>
    ({
      apiVersion: "apps/v1",
      kind,
      metadata: { name: "web" },
      spec: {
        replicas,
        template: {
          metadata: { labels: { app: "web", tier: "front" } },
          spec: {
            affinity: {
              podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [required] },
            },
            ...more,
          },
        },
      },
    }) as KubernetesObject;
  const own = {
    topologyKey: "kubernetes.io/hostname",
    labelSelector: { matchLabels: { app: "web" } },
  };
  const byExpression = (operator: string) => ({
    ...own,
    labelSelector: { matchExpressions: [{ key: "tier", operator, values: ["front"] }] },
  });
  const hostPort = { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] };
  const message =
    "nodeCount=3: Deployment/web: each of its 4 pods needs a separate node, but there are 3 nodes";

  it.each<[string, KubernetesObject, string[]]>([
    ["by a label", apart(own), [message]],
    ["by an expression", apart(byExpression("In")), [message]],
    ["by a port of the node", apart({}, "Deployment", 4, hostPort), [message]],
    ["as many as nodes", apart(own, "Deployment", 3), []],
    ["a DaemonSet's, of which each node has one", apart(own, "DaemonSet"), []],
    ["from others", apart({ ...own, labelSelector: { matchLabels: { app: "db" } } }), []],
    ["from all but these", apart(byExpression("NotIn")), []],
    ["from none", apart({ ...own, labelSelector: {} }), []],
    ["in another zone", apart({ ...own, topologyKey: "topology.kubernetes.io/region" }), []],
  ])("are %s", (_, object, expected) => {
    expect(told(object)).toEqual(expected);
  });

  it("are counted with their autoscaler's maximum, also on a shared cluster", () => {
    const scaler = {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 9, maxReplicas: 9 },
    } as KubernetesObject;
    const { nodes } = SUPPLY;
    const shared = { ...BOUNDS, isShared: true };
    expect(nodeShortages([apart(own, "Deployment", 1), scaler], shared, { nodes })).toEqual([
      {
        message: expect.stringContaining("each of its 9 pods") as string,
        remedy: expect.stringContaining("fewer replicas") as string,
      },
    ]);
  });
});

it("on a shared cluster, is a pod that no node fits, and not the sum of all pods", () => {
  const { nodes } = SUPPLY;
  const objects = [workload("Deployment", 9, "1"), workload("StatefulSet", 1, "2")];
  expect(nodeShortages(objects, { ...BOUNDS, isShared: true }, { nodes })).toEqual([
    {
      message: "StatefulSet/web: a pod requests 2 CPUs, and the largest node gives 1.9",
      remedy: expect.stringContaining("its setting nodeSize") as string,
    },
  ]);
});
