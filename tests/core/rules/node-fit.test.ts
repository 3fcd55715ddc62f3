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

describe("what an environment's nodes cannot run", () => {
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
      ["nodeCount=3: the tree's pods request 5.5 CPUs, and all nodes together give 4.7"],
    ],
    ["nothing of a Job, which waits", [workload("Job", 1, "9")], []],
  ])("is %s", (_, objects, expected) => {
    expect(told(...objects)).toEqual(expected);
  });
});

it("on a shared cluster, is a pod that no node has room for, and not all together", () => {
  const { nodes } = SUPPLY;
  const objects = [workload("Deployment", 9, "1"), workload("StatefulSet", 1, "2")];
  expect(nodeShortages(objects, { ...BOUNDS, isShared: true }, { nodes })).toEqual([
    {
      message: "StatefulSet/web: a pod requests 2 CPUs, and the largest node gives 1.9",
      remedy: expect.stringContaining("nodeSize of its stack") as string,
    },
  ]);
});
