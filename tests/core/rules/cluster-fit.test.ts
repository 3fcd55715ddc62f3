import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type ClusterClasses, classlessObjects } from "../../../core/rules/cluster-classes";
import { DOKS_CLASSES, doksServes } from "../../../core/rules/doks";
import { removedKinds, unservedKinds } from "../../../core/rules/served-kinds";
import { claimOf, object } from "../../helpers/kubernetes-objects";

const one = (apiVersion: string, kind: string, spec: unknown = {}) =>
  object(kind, spec, apiVersion);
const named = (kind: string, name: string, more: object = {}): KubernetesObject => ({
  ...object(kind, {}),
  metadata: { name },
  ...more,
});

describe("kinds that Kubernetes no longer serves", () => {
  it.each([
    ["policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1"],
    ["extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1"],
    ["extensions/v1beta1", "Deployment", "1.16", "apps/v1"],
    ["batch/v1beta1", "CronJob", "1.25", "batch/v1"],
    ["autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2"],
    ["apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "1.22", "apiextensions.k8s.io/v1"],
  ])("%s %s are reported with their successor", (apiVersion, kind, since, use) => {
    expect(removedKinds([one(apiVersion, kind)])).toEqual([
      {
        message: `${kind}/${kind.toLowerCase()}: Kubernetes has not served ${kind} of ${apiVersion} since ${since}`,
        fix: `write it as apiVersion ${use}`,
      },
    ]);
    expect(removedKinds([one(use, kind)])).toEqual([]);
    expect(doksServes(use)).toBe(true);
  });

  it("are also reported without a successor, and once", () => {
    const policy = one("policy/v1beta1", "PodSecurityPolicy");
    expect(removedKinds([policy])).toEqual([
      expect.objectContaining({ fix: "remove it from the tree: it has no replacement" }),
    ]);
    expect(unservedKinds([policy], doksServes)).toEqual([]);
  });
});

describe("kinds that a cluster does not serve", () => {
  const crd = one("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
    group: "example.com",
    names: { kind: "Backup" },
    versions: [{ name: "v1" }],
  });

  it("are neither in the cluster nor defined in the tree", () => {
    expect(unservedKinds([one("example.com/v1", "Backup")], doksServes)).toEqual([
      expect.objectContaining({
        message:
          "Backup/backup: the cluster does not serve Backup of example.com/v1, and the tree does not define it",
      }),
    ]);
    expect(unservedKinds([crd, one("example.com/v1", "Backup")], doksServes)).toEqual([]);
    expect(unservedKinds([crd, one("example.com/v2", "Backup")], doksServes)).toHaveLength(1);
    expect(unservedKinds([crd, one("example.com/v1", "Restore")], doksServes)).toHaveLength(1);
  });

  it("do not include those of a new DOKS cluster", () => {
    const shipped = [
      one("v1", "Service"),
      one("apps/v1", "Deployment"),
      one("gateway.networking.k8s.io/v1", "HTTPRoute"),
      one("cilium.io/v2", "CiliumNetworkPolicy"),
      one("snapshot.storage.k8s.io/v1", "VolumeSnapshot"),
    ];
    expect(unservedKinds(shipped, doksServes)).toEqual([]);
  });
});

describe("objects without a controller", () => {
  const ingress = (spec: object, annotations: Readonly<Record<string, string>> = {}) =>
    named("Ingress", "web", { metadata: { name: "web", annotations }, spec });
  const messages = (objects: KubernetesObject[], classes: ClusterClasses = DOKS_CLASSES) =>
    classlessObjects(objects, classes, true).map(({ message }) => message);

  it.each<[string, KubernetesObject, string]>([
    ["an Ingress of a class", ingress({ ingressClassName: "nginx" }), 'no IngressClass "nginx"'],
    [
      "an Ingress of a class, as it was said before",
      ingress({}, { "kubernetes.io/ingress.class": "nginx" }),
      'no IngressClass "nginx"',
    ],
    ["an Ingress of none", ingress({}), "no default IngressClass"],
    [
      "a Gateway",
      one("gateway.networking.k8s.io/v1", "Gateway", { gatewayClassName: "istio" }),
      'no GatewayClass "istio"',
    ],
    [
      "a claim",
      object("PersistentVolumeClaim", claimOf("1Gi", { storageClassName: "gp3" })),
      'no StorageClass "gp3"',
    ],
    [
      "a StatefulSet's claims",
      object("StatefulSet", {
        volumeClaimTemplates: [{ spec: claimOf("1Gi", { storageClassName: "standard" }) }],
      }),
      'no StorageClass "standard"',
    ],
    [
      "a load balancer",
      one("v1", "Service", { type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" }),
      'no controller for loadBalancerClass "service.k8s.aws/nlb"',
    ],
    [
      "pods of a priority",
      one("apps/v1", "Deployment", {
        template: { spec: { priorityClassName: "high", containers: [] } },
      }),
      'no PriorityClass "high"',
    ],
    [
      "a snapshot",
      one("snapshot.storage.k8s.io/v1", "VolumeSnapshot", { volumeSnapshotClassName: "csi-aws" }),
      'no VolumeSnapshotClass "csi-aws"',
    ],
  ])("are reported for %s", (_, unserved, message) => {
    expect(messages([unserved])).toEqual([expect.stringContaining(message)]);
  });

  it("are reported for a snapshot that would remain on a cluster that outlives the environment", () => {
    const classes = { ...DOKS_CLASSES, snapshot: ["keep", "drop"], retainingSnapshots: ["keep"] };
    const of = (spec: object, outlives: boolean, more: Partial<ClusterClasses> = {}) =>
      classlessObjects(
        [one("snapshot.storage.k8s.io/v1", "VolumeSnapshot", spec)],
        { ...classes, defaultSnapshot: "drop", ...more },
        outlives,
      );
    const fault = {
      message:
        'VolumeSnapshot/volumesnapshot: VolumeSnapshotClass "keep" has the deletion policy Retain: its snapshots would remain after a teardown and cost money',
      fix: "name one of drop",
    };
    expect(of({ volumeSnapshotClassName: "keep" }, true)).toEqual([fault]);
    expect(of({}, true, { defaultSnapshot: "keep" })).toEqual([fault]);
    expect(of({ volumeSnapshotClassName: "keep" }, false)).toEqual([]);
    expect(of({ volumeSnapshotClassName: "drop" }, true)).toEqual([]);
    expect(of({}, true)).toEqual([]);
    expect(of({}, true, { defaultSnapshot: "keep", snapshot: ["keep"] })).toEqual([
      expect.objectContaining({ fix: expect.stringContaining("ask the cluster's administrator") }),
    ]);
  });

  it.each<[string, KubernetesObject[]]>([
    [
      "a class of the tree",
      [ingress({ ingressClassName: "nginx" }), named("IngressClass", "nginx")],
    ],
    [
      "a default class of the tree",
      [
        ingress({}),
        named("IngressClass", "nginx", {
          metadata: {
            name: "nginx",
            annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
          },
        }),
      ],
    ],
    [
      "a controller of the tree that needs no class",
      [
        ingress({}, { "kubernetes.io/ingress.class": "traefik" }),
        named("ClusterRole", "traefik", {
          rules: [
            {
              apiGroups: ["networking.k8s.io"],
              resources: ["ingresses/status"],
              verbs: ["update"],
            },
          ],
        }),
      ],
    ],
    [
      "a controller of the tree for load balancers",
      [
        one("v1", "Service", { type: "LoadBalancer", loadBalancerClass: "metallb" }),
        named("ClusterRole", "metallb", {
          rules: [{ apiGroups: [""], resources: ["services/status"], verbs: ["update"] }],
        }),
      ],
    ],
    [
      "a Service that is not for a load balancer any more",
      [one("v1", "Service", { type: "ClusterIP", loadBalancerClass: "metallb" })],
    ],
    [
      "priorities of the tree and of Kubernetes",
      [
        named("PriorityClass", "high"),
        ...["high", "system-cluster-critical"].map((priorityClassName) =>
          one("apps/v1", "DaemonSet", {
            template: { spec: { priorityClassName, containers: [] } },
          }),
        ),
      ],
    ],
    ["an Ingress that nobody waits for", [ingress({}, { "pulumi.com/skipAwait": "true" })]],
    [
      "DOKS's own classes",
      [
        one("gateway.networking.k8s.io/v1", "Gateway", { gatewayClassName: "cilium" }),
        object("PersistentVolumeClaim", claimOf("1Gi", { storageClassName: "do-block-storage" })),
        object("PersistentVolumeClaim", claimOf("1Gi")),
      ],
    ],
    [
      "a volume that is there",
      [
        object(
          "PersistentVolumeClaim",
          claimOf("1Gi", { storageClassName: "manual", volumeName: "pv" }),
        ),
      ],
    ],
    ["Istio's own Gateways", [one("networking.istio.io/v1", "Gateway", {})]],
  ])("are not reported with %s", (_, objects) => {
    expect(messages(objects)).toEqual([]);
  });

  it("are not reported for classes of the cluster", () => {
    const classes = { ...DOKS_CLASSES, ingress: ["nginx"], defaultIngress: "nginx" };
    expect(messages([ingress({}), ingress({ ingressClassName: "nginx" })], classes)).toEqual([]);
    expect(classlessObjects([ingress({ ingressClassName: "other" })], classes, true)).toEqual([
      expect.objectContaining({ fix: "name one of nginx" }),
    ]);
  });
});
