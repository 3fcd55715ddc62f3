import type { KubernetesObject } from "../../core/manifests/manifest";
import { BASE_NODE_SIZE, billOf, type Demand, nodesIn } from "../../core/money/bill";
import { claimOf, loadBalanced, object } from "../helpers/kubernetes-objects";

const DEMAND: Demand = { nodeSize: "s-4vcpu-8gb", nodeCount: 3, objects: [] };
const of = (...objects: KubernetesObject[]) => {
  const { nodes: _, ...bill } = billOf({ ...DEMAND, objects });
  return bill;
};
const NOTHING = { loadBalancers: 0, networkLoadBalancers: 0, volumeGiB: 0 };
const PREFIX = "service.beta.kubernetes.io/do-loadbalancer-";
const service = (annotations: Readonly<Record<string, string>>, spec: object = {}) =>
  loadBalanced(
    "web",
    [{ port: 80 }],
    Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`${PREFIX}${key}`, value]),
    ),
    spec,
  );
const scratch = (storage: string) => ({
  template: {
    spec: { volumes: [{ ephemeral: { volumeClaimTemplate: { spec: claimOf(storage) } } }] },
  },
});
const autoscaler = (target: string, minReplicas: number, maxReplicas: number) =>
  object(
    "HorizontalPodAutoscaler",
    { scaleTargetRef: { kind: target, name: target.toLowerCase() }, minReplicas, maxReplicas },
    "autoscaling/v2",
  );
const storageClass = (name: string, provisioner: string): KubernetesObject => ({
  ...object("StorageClass", undefined, "storage.k8s.io/v1"),
  metadata: { name },
  ...{ provisioner },
});

describe("what an environment is made of", () => {
  it("is one node of the smallest size for the cluster itself, and the workers", () => {
    expect(billOf(DEMAND).nodes).toEqual([
      { count: 1, size: BASE_NODE_SIZE },
      { count: 3, size: "s-4vcpu-8gb" },
    ]);
    expect(BASE_NODE_SIZE).toBe("s-1vcpu-2gb");
  });

  it("is the autoscaler's minimum of workers if it is on", () => {
    expect(nodesIn(billOf({ ...DEMAND, minNodes: 1 }))).toBe(2);
  });

  it("is counted in nodes, including the cluster's base node", () => {
    expect(nodesIn(billOf(DEMAND))).toBe(4);
  });
});

describe("load balancers", () => {
  it.each<[string, KubernetesObject, object]>([
    ["of the default type", service({}), { networkLoadBalancers: 1 }],
    ["for HTTP", service({ type: "REGIONAL" }), { loadBalancers: 1 }],
    ["of four units", service({ type: "REGIONAL", "size-unit": "4" }), { loadBalancers: 4 }],
    ["of a named size", service({ "size-slug": "lb-large" }), { networkLoadBalancers: 6 }],
    ["of a size that is refused", service({ "size-unit": "none" }), { networkLoadBalancers: 1 }],
    ["without an address outside", service({ network: "INTERNAL" }), { networkLoadBalancers: 1 }],
    ["of another's class", service({}, { loadBalancerClass: "example.com/metal" }), {}],
    ["of a Service of another type", service({}, { type: "NodePort" }), {}],
    [
      "of a Gateway",
      object("Gateway", { gatewayClassName: "cilium" }, "gateway.networking.k8s.io/v1"),
      { networkLoadBalancers: 1 },
    ],
    [
      "of a Gateway for another controller",
      object("Gateway", { gatewayClassName: "istio" }, "gateway.networking.k8s.io/v1"),
      {},
    ],
    ["of Istio's own Gateways", object("Gateway", {}, "networking.istio.io/v1"), {}],
  ])("%s are billed by their nodes", (_, one, expected) => {
    expect(of(one)).toEqual({ ...NOTHING, ...expected });
  });
});

describe("volumes", () => {
  const claim = (storage: string, more: object = {}) =>
    object("PersistentVolumeClaim", claimOf(storage, more));

  it.each<[string, KubernetesObject[], number]>([
    ["of a claim, in whole GiB", [claim("1500Mi")], 2],
    [
      "of a StatefulSet, for each replica",
      [object("StatefulSet", { replicas: 3, volumeClaimTemplates: [{ spec: claimOf("10Gi") }] })],
      30,
    ],
    [
      "of one replica by default",
      [object("StatefulSet", { volumeClaimTemplates: [{ spec: claimOf("1Gi") }] })],
      1,
    ],
    ["that are ephemeral", [object("Deployment", { replicas: 2, ...scratch("50Gi") })], 100],
    ["of every node's pod", [object("DaemonSet", scratch("2Gi"))], 8],
    ["of a Job's pods", [object("Job", { parallelism: 3, ...scratch("1Gi") })], 3],
    ["of a Pod", [object("Pod", scratch("3Gi").template.spec)], 3],
    [
      "of what an autoscaler starts",
      [object("Deployment", { ...scratch("5Gi") }), autoscaler("Deployment", 4, 9)],
      20,
    ],
    [
      "of what an autoscaler does not start",
      [object("Deployment", { replicas: 0, ...scratch("5Gi") }), autoscaler("Deployment", 4, 9)],
      0,
    ],
    ["that exist already", [claim("5Gi", { volumeName: "pv-1" })], 0],
    ["of no class, which somebody else has to make", [claim("5Gi", { storageClassName: "" })], 0],
    ["of DigitalOcean's classes", [claim("5Gi", { storageClassName: "do-block-storage-xfs" })], 5],
    ["of a class that the cluster does not have", [claim("5Gi", { storageClassName: "gp3" })], 0],
    [
      "of a class of the tree that DigitalOcean provides",
      [
        claim("5Gi", { storageClassName: "fast" }),
        storageClass("fast", "dobs.csi.digitalocean.com"),
      ],
      5,
    ],
    [
      "of a class of the tree that another driver provides",
      [claim("5Gi", { storageClassName: "nfs" }), storageClass("nfs", "nfs.csi.k8s.io")],
      0,
    ],
  ])("%s", (_, objects, giB) => {
    expect(of(...objects)).toEqual({ ...NOTHING, volumeGiB: giB });
  });
});
