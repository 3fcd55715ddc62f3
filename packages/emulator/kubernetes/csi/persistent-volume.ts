import type { CloudVolume } from "../../account/cloud-port";
import type { PersistentVolumeClaim, StorageClass } from "../api/objects";
import { CSI_DRIVER, TOPOLOGY_KEY } from "./driver";

/** Finalizer that keeps a PersistentVolume until its volume is deleted. Source: kubernetes-csi/external-provisioner */
export const VOLUME_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
/** Names the driver that created a PersistentVolume. */
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

/** Returns the PersistentVolume for a volume of the account, reserved for one claim. */
export function persistentVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  volume: CloudVolume,
  region: string,
): object {
  const { name, namespace, uid } = claim.metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volume.name,
      annotations: { [PROVISIONED_BY]: CSI_DRIVER },
      finalizers: [VOLUME_FINALIZER],
    },
    spec: {
      capacity: { storage: `${volume.sizeGiB}Gi` },
      accessModes: claim.spec.accessModes,
      volumeMode: claim.spec.volumeMode,
      mountOptions: storageClass.mountOptions,
      storageClassName: storageClass.metadata.name,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: {
        driver: CSI_DRIVER,
        volumeHandle: volume.id,
        fsType: storageClass.parameters?.fstype ?? "ext4",
      },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: TOPOLOGY_KEY, operator: "In", values: [region] }] },
          ],
        },
      },
    },
  };
}
