import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { podSpecsIn } from "./pod-specs";
import type { ClusterFault } from "./served-kinds";

/**
 * Volumes of other clouds, with the drivers that mount them since Kubernetes itself does not.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/csi-translation-lib/translate.go
 */
const TRANSLATED: Readonly<Record<string, string>> = {
  awsElasticBlockStore: "ebs.csi.aws.com",
  azureDisk: "disk.csi.azure.com",
  azureFile: "file.csi.azure.com",
  cinder: "cinder.csi.openstack.org",
  gcePersistentDisk: "pd.csi.storage.gke.io",
  portworxVolume: "pxd.portworx.com",
  vsphereVolume: "csi.vsphere.vmware.com",
};
/** Volumes that nothing mounts any more. @see https://kubernetes.io/docs/concepts/storage/volumes/#volume-types */
const REMOVED = [
  "cephfs",
  "flocker",
  "glusterfs",
  "photonPersistentDisk",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
];
/** A driver registers with the kubelet in this folder of the node. */
const KUBELET = /^\/var\/lib\/kubelet(?:\/|$)/;

/**
 * Volumes that no driver of the cluster or of the tree mounts: pods would wait for them for ever.
 *
 * @param drivers - names of the cluster's CSI drivers
 */
export function foreignVolumes(
  objects: readonly KubernetesObject[],
  drivers: readonly string[],
): ClusterFault[] {
  const own = objects.filter(({ kind }) => kind === "CSIDriver");
  const known = [...drivers, ...own.map(({ metadata }) => metadata.name)];
  // Not all drivers declare themselves.
  const mayMount = objects.some(bringsDriver);
  return objects.flatMap((object) => {
    const title = `${object.kind}/${object.metadata.name}`;
    return volumesIn(object).flatMap((volume): ClusterFault[] => {
      const type = REMOVED.find((one) => valueAt(volume, one) !== undefined);
      const driver = driverOf(volume);
      const what =
        type !== undefined
          ? `Kubernetes no longer supports volumes of type ${type}`
          : driver !== undefined && !known.includes(driver) && !mayMount
            ? `the cluster has no driver "${driver}" for its volume, and the tree does not install it`
            : undefined;
      return what === undefined
        ? []
        : [
            {
              message: `${title}: ${what}`,
              fix: "replace it in your own overlay with a claim of StorageClass do-block-storage",
            },
          ];
    });
  });
}

/** Of pods, and a PersistentVolume itself. */
function volumesIn({ kind, spec }: KubernetesObject): unknown[] {
  return kind === "PersistentVolume"
    ? [spec]
    : podSpecsIn(spec).flatMap((pod) => listAt(pod, "volumes"));
}

function driverOf(volume: unknown): string | undefined {
  const named = valueAt(volume, "csi", "driver");
  const [, translated] =
    Object.entries(TRANSLATED).find(([type]) => valueAt(volume, type) !== undefined) ?? [];
  return typeof named === "string" ? named : translated;
}

function bringsDriver({ kind, spec }: KubernetesObject): boolean {
  return (
    kind === "DaemonSet" &&
    listAt(valueAt(spec, "template", "spec"), "volumes").some((volume) =>
      KUBELET.test(String(valueAt(volume, "hostPath", "path"))),
    )
  );
}
