import type { KubernetesObject } from "../../../core/manifests/manifest";
import { DOKS_CLASSES } from "../../../core/rules/doks";
import {
  type StorageClass,
  storageClassesOf,
  storageFaults,
} from "../../../core/rules/storage-classes";
import { claimOf, object } from "../../helpers/kubernetes-objects";

const DEFAULT = { "storageclass.kubernetes.io/is-default-class": "true" };
const classOf = (name: string, reclaimPolicy?: string, metadata: object = {}) => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name, ...metadata },
  ...(reclaimPolicy === undefined ? {} : { reclaimPolicy }),
});
const claim = (spec: object = {}) => object("PersistentVolumeClaim", claimOf("1Gi", spec));
const inPod = (spec: object) => ({
  containers: [],
  volumes: [{ name: "x", ephemeral: { volumeClaimTemplate: { spec: claimOf("1Gi", spec) } } }],
});

/** Faults of a claim in a tree that may have classes of its own, on a cluster with these. */
const faults = (one: KubernetesObject, cluster: StorageClass[], own: KubernetesObject[] = []) =>
  storageFaults(one, [...own, one], storageClassesOf(cluster), true);

describe("a class that retains its volumes is refused", () => {
  const cluster = [classOf("gone", "Delete", { annotations: DEFAULT }), classOf("kept", "Retain")];
  const named = { storageClassName: "kept" };

  it("only on a cluster that outlives the environment", () => {
    const one = claim(named);
    expect(storageFaults(one, [one], storageClassesOf(cluster), false)).toEqual([]);
  });

  it.each<[string, KubernetesObject]>([
    ["to a claim", claim(named)],
    [
      "to a StatefulSet's claims",
      object("StatefulSet", { volumeClaimTemplates: [{ spec: claimOf("1Gi", named) }] }),
    ],
    ["to a Pod's ephemeral volume", object("Pod", inPod(named))],
    ["to a Deployment's", object("Deployment", { template: { spec: inPod(named) } })],
    [
      "to a CronJob's",
      object("CronJob", { jobTemplate: { spec: { template: { spec: inPod(named) } } } }),
    ],
  ])("%s, with a class that fits", (_, one) => {
    expect(faults(one, cluster)).toEqual([
      {
        message: `${one.kind}/${one.metadata.name}: StorageClass "kept" has the reclaim policy Retain: its volumes would remain after a teardown and cost money`,
        fix: "name one of gone",
      },
    ]);
  });

  it.each<[string, object, StorageClass[], KubernetesObject[]]>([
    ["of the tree itself", named, [], [classOf("kept", "Retain")]],
    ["of the tree, in the place of one that does not", named, [classOf("kept")], cluster.slice(1)],
    [
      "that is the cluster's default",
      {},
      [classOf("kept", "Retain", { annotations: DEFAULT }), classOf("gone")],
      [],
    ],
    [
      "that is the default by the older annotation",
      {},
      [
        classOf("kept", "Retain", {
          annotations: { "storageclass.beta.kubernetes.io/is-default-class": "true" },
        }),
      ],
      [],
    ],
    [
      "that is the newest of several defaults",
      {},
      [
        classOf("old", "Delete", {
          annotations: DEFAULT,
          creationTimestamp: "2026-11-01T00:00:00Z",
        }),
        classOf("kept", "Retain", {
          annotations: DEFAULT,
          creationTimestamp: "2026-11-02T00:00:00Z",
        }),
      ],
      [],
    ],
    [
      "that is the tree's default, newer than the cluster's",
      {},
      cluster.slice(0, 1),
      [classOf("kept", "Retain", { annotations: DEFAULT })],
    ],
  ])("%s", (_, spec, classes, own) => {
    expect(faults(claim(spec), classes, own)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('"kept"') as string }),
    ]);
  });

  it.each(["do-block-storage-retain", "do-block-storage-xfs-retain"])(
    "on a new DOKS cluster: %s",
    (storageClassName) => {
      const one = claim({ storageClassName });
      expect(storageFaults(one, [one], DOKS_CLASSES, true)).toEqual([
        expect.objectContaining({ fix: "name one of do-block-storage, do-block-storage-xfs" }),
      ]);
    },
  );
});

it.each<[string, object]>([
  ["names a class with the reclaim policy Delete", { storageClassName: "gone" }],
  ["names a class without a reclaim policy: Kubernetes deletes", { storageClassName: "plain" }],
  ["names no class where the default deletes", {}],
  ["asks for a volume that exists", { storageClassName: "" }],
  ["names a volume that exists", { storageClassName: "kept", volumeName: "pv" }],
])("a claim is accepted that %s", (_, spec) => {
  const cluster = [
    classOf("gone", "Delete", { annotations: DEFAULT }),
    classOf("kept", "Retain"),
    classOf("plain"),
  ];
  expect(faults(claim(spec), cluster)).toEqual([]);
});

it("a class of the tree replaces the cluster's class that retains its volumes", () => {
  const spec = { storageClassName: "kept" };
  expect(faults(claim(spec), [classOf("kept", "Retain")], [classOf("kept", "Delete")])).toEqual([]);
});

it("a cluster whose classes all retain their volumes needs another class", () => {
  expect(faults(claim({ storageClassName: "kept" }), [classOf("kept", "Retain")])).toEqual([
    expect.objectContaining({ fix: expect.stringContaining("reclaim policy Delete") as string }),
  ]);
});

describe("a class of the tree without a provisioner", () => {
  const fast = (provisioner: string): KubernetesObject => ({
    ...object("StorageClass", undefined, "storage.k8s.io/v1"),
    metadata: { name: "fast" },
    ...{ provisioner },
  });
  const of = (provisioner: string, ...more: KubernetesObject[]) =>
    storageFaults(
      claim({ storageClassName: "fast" }),
      [fast(provisioner), ...more],
      DOKS_CLASSES,
      false,
    );

  it("is refused with the name of the missing driver", () => {
    expect(of("k8s.io/minikube-hostpath")).toEqual([
      {
        message:
          'PersistentVolumeClaim/persistentvolumeclaim: no driver creates volumes of StorageClass "fast": neither the cluster nor the tree has the driver "k8s.io/minikube-hostpath"',
        fix: `name one of ${DOKS_CLASSES.storage.join(", ")}, or set its provisioner to dobs.csi.digitalocean.com`,
      },
    ]);
  });

  it.each<[string, string, KubernetesObject[]]>([
    ["DigitalOcean's own driver does", "dobs.csi.digitalocean.com", []],
    ["somebody makes them by hand", "kubernetes.io/no-provisioner", []],
    [
      "a driver of the tree does",
      "nfs.csi.k8s.io",
      [{ ...object("CSIDriver", {}), metadata: { name: "nfs.csi.k8s.io" } }],
    ],
    [
      "a controller of the tree does, which is not a driver",
      "rancher.io/local-path",
      [
        {
          ...object("ClusterRole", undefined),
          ...{
            rules: [
              { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "create"] },
            ],
          },
        },
      ],
    ],
  ])("is accepted when %s", (_, provisioner, more) => {
    expect(of(provisioner, ...more)).toEqual([]);
  });
});

it("reads a claim's class from the old annotation", () => {
  const old = {
    ...claim(),
    metadata: {
      name: "old",
      annotations: { "volume.beta.kubernetes.io/storage-class": "gp2" },
    },
  };
  expect(storageFaults(old, [old], DOKS_CLASSES, false)).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('no StorageClass "gp2"') as string,
    }),
  ]);
});
