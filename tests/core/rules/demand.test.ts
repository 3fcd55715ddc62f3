import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type Bounds, type Shortage, shortages } from "../../../core/rules/demand";
import { claimOf, loadBalanced, object } from "../../helpers/kubernetes-objects";

const BOUNDS: Bounds = {
  quota: { cpu: "2", memory: "2Gi", pods: 5, loadBalancers: 2, volumes: 2, storage: "10Gi" },
  limits: { defaultRequest: { cpu: "50m", memory: "64Mi" }, default: {} },
  nodes: 3,
  isShared: false,
};
const inWords = ({ remedy, message }: Shortage) =>
  typeof remedy === "string"
    ? `${message}; ${remedy}`
    : `${remedy.setting}=${remedy.least}: ${message}`;
const told = (...objects: KubernetesObject[]) => shortages(objects, BOUNDS).map(inWords);

const pods = (kind: string, spec: object, ...resources: object[]) =>
  object(kind, {
    ...spec,
    template: { spec: { containers: resources.map((one) => ({ resources: one })) } },
  });
const asking = (cpu: string, memory = "1Mi") => ({ requests: { cpu, memory } });

describe("the excess of a tree over its quota", () => {
  it("is empty for a tree that fits exactly", () => {
    expect(
      told(
        loadBalanced("a"),
        loadBalanced("b"),
        object("PersistentVolumeClaim", claimOf("5Gi")),
        object("PersistentVolumeClaim", claimOf("5Gi")),
        pods("Deployment", { replicas: 4 }, asking("500m", "512Mi")),
      ),
    ).toEqual([]);
  });

  it("is empty for tenths that add up to the quota", () => {
    const tenths = Array.from({ length: 3 }, () => pods("Deployment", {}, asking("100m")));
    const quota = { ...BOUNDS.quota, cpu: "300m" };
    expect(shortages(tenths, { ...BOUNDS, quota })).toEqual([]);
  });

  it.each<[string, KubernetesObject[], string]>([
    [
      "load balancers",
      [
        loadBalanced("a"),
        loadBalanced("b"),
        loadBalanced("c", undefined, {}, { loadBalancerClass: "x" }),
      ],
      "quota.loadBalancers=3: the tree requests 3 load balancers, but quota.loadBalancers is 2",
    ],
    [
      "volumes",
      [object("StatefulSet", { replicas: 3, volumeClaimTemplates: [{ spec: claimOf("1Gi") }] })],
      "quota.volumes=3: the tree requests 3 volumes, but quota.volumes is 2",
    ],
    [
      "storage",
      [object("PersistentVolumeClaim", claimOf("10241Mi"))],
      "quota.storage=11Gi: the tree requests 11Gi of storage, but quota.storage is 10Gi",
    ],
    [
      "pods, of a DaemonSet on every node",
      [pods("DaemonSet", {}, asking("1m")), pods("Deployment", { replicas: 3 }, asking("1m"))],
      "quota.pods=6: the tree requests 6 pods, but quota.pods is 5",
    ],
    [
      "processors, by containers together",
      [pods("Deployment", { replicas: 2 }, asking("600m"), asking("500m"))],
      "quota.cpu=3: the tree requests 3 CPUs, but quota.cpu is 2",
    ],
    [
      "processors, by limits where no request is",
      [pods("ReplicaSet", {}, { limits: { cpu: "3" } })],
      "quota.cpu=3: the tree requests 3 CPUs, but quota.cpu is 2",
    ],
    [
      "memory, by an init container",
      [
        object("Pod", {
          containers: [{ resources: asking("1m") }],
          initContainers: [{ resources: asking("1m", "3Gi") }],
        }),
      ],
      "quota.memory=3Gi: the tree requests 3Gi of memory, but quota.memory is 2Gi",
    ],
  ])("is %s", (_, objects, expected) => {
    expect(told(...objects)).toEqual([expected]);
  });

  it("contains the default requests of containers without requests", () => {
    const limits = { defaultRequest: { cpu: "1500m" }, default: {} };
    const two = [pods("Deployment", { replicas: 2 }, {})];
    expect(shortages(two, { ...BOUNDS, limits }).map(inWords)).toEqual([
      expect.stringMatching(/^quota\.cpu=3:/),
    ]);
    const byLimit = { defaultRequest: {}, default: { cpu: "2" } };
    expect(shortages(two, { ...BOUNDS, limits: byLimit })).toHaveLength(1);
  });

  it("does not contain Jobs, which can start later", () => {
    expect(
      told(pods("Job", { parallelism: 9 }, asking("9")), pods("CronJob", {}, asking("9"))),
    ).toEqual([]);
  });

  it("also covers the tree's own ResourceQuota", () => {
    const own = (more: object) => object("ResourceQuota", { hard: { pods: "2" }, ...more });
    const tree = pods("Deployment", { replicas: 3 }, asking("1m"));
    expect(shortages([tree, own({})], BOUNDS)).toEqual([
      {
        remedy: "raise it to 3 in the tree, or request less",
        message: "ResourceQuota/resourcequota: the tree requests 3 pods, but its pods is 2",
      },
    ]);
    expect(shortages([tree, own({ scopes: ["BestEffort"] })], BOUNDS)).toEqual([]);
  });

  describe("on a shared cluster", () => {
    const shared: Bounds = {
      ...BOUNDS,
      isShared: true,
      quota: { ...BOUNDS.quota, objects: 3, memoryLimits: "2Gi", ephemeralStorage: "5Gi" },
    };
    const named = (kind: string, name: string, apiVersion = "v1") => ({
      ...object(kind, {}, apiVersion),
      metadata: { name },
    });

    it.each<[string, KubernetesObject[], string]>([
      [
        "objects of one kind",
        ["a", "b", "c", "d"].map((name) => named("ConfigMap", name)),
        "quota.objects=4: the tree requests 4 configmaps, but quota.objects is 3",
      ],
      [
        "objects of a kind of another group",
        ["a", "b", "c", "d"].map((name) => named("CronJob", name, "batch/v1")),
        "quota.objects=4: the tree requests 4 cronjobs.batch, but quota.objects is 3",
      ],
      [
        "limits of memory",
        [pods("Deployment", { replicas: 3 }, { limits: { memory: "1Gi" }, ...asking("1m") })],
        "quota.memoryLimits=3Gi: the tree requests 3Gi of memory as limits, but quota.memoryLimits is 2Gi",
      ],
      [
        "ports of nodes",
        [
          loadBalanced(
            "a",
            Array.from({ length: 21 }, (_, index) => ({ port: index + 1 })),
          ),
        ],
        "quota.loadBalancers=3: the tree requests 21 services.nodeports, but quota.loadBalancers is 2",
      ],
      [
        "its nodes' disks, by default",
        [pods("Deployment", {}, {}, {}, {}, {}, {}, {})],
        "quota.ephemeralStorage=6Gi: the tree requests 6Gi of limits.ephemeral-storage, but quota.ephemeralStorage is 5Gi",
      ],
    ])("is %s", (_, objects, expected) => {
      expect(shortages(objects, shared).map(inWords)).toEqual([expected]);
      expect(shortages(objects, BOUNDS)).toEqual([]);
    });
  });

  it("contains all resources at once", () => {
    expect(told(pods("Deployment", { replicas: 6 }, asking("1", "1Gi")))).toHaveLength(3);
  });
});
