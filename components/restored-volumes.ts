import type * as k8s from "@pulumi/kubernetes";
import { PersistentVolume } from "@pulumi/kubernetes/core/v1/persistentVolume";
import * as pulumi from "@pulumi/pulumi";
import type { ReadyVolume } from "../core/data/restore";

/** @see https://github.com/digitalocean/csi-digitalocean */
const DRIVER = "dobs.csi.digitalocean.com";
/**
 * This volume attribute keeps the driver from formatting a volume without a file system: its data is missing then,
 * and the pod waits. The annotation of this name in the driver's README has no effect.
 *
 * @see https://github.com/digitalocean/csi-digitalocean/blob/v4.16.0/driver/node.go (annsNoFormatVolume)
 */
const NO_FORMAT = "dobs.csi.digitalocean.com/noformat";

export interface RestoredVolumesArgs {
  readonly volumes: readonly ReadyVolume[];
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: k8s.Provider;
}

/**
 * PersistentVolumes for volumes that were created from snapshots, each reserved for its claim. They must exist before
 * the claims, which would otherwise get empty volumes.
 *
 * Afterwards they belong to the cluster, like those of its storage driver: an update that no longer declares them keeps
 * them, and deleting a claim deletes its volume.
 */
export class RestoredVolumes extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:RestoredVolumes";

  public constructor(
    name: string,
    { volumes, namespace, labels, provider }: RestoredVolumesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(RestoredVolumes.__pulumiType, name, { claims: volumes.map(({ claim }) => claim) }, opts);
    for (const volume of volumes) {
      new PersistentVolume(
        `${name}-${volume.claim}`,
        {
          metadata: {
            name: volume.name,
            labels: { ...labels },
            annotations: { "pv.kubernetes.io/provisioned-by": DRIVER },
          },
          spec: specOf(volume, namespace),
        },
        { parent: this, provider, deletedWith: opts?.deletedWith, retainOnDelete: true },
      );
    }
    this.registerOutputs({});
  }
}

function specOf(
  volume: ReadyVolume,
  namespace: pulumi.Input<string>,
): k8s.types.input.core.v1.PersistentVolumeSpec {
  const { claim, volumeId, giB, storageClass, fsType, volumeMode, wasUsed, region } = volume;
  return {
    capacity: { storage: `${giB}Gi` },
    accessModes: [...volume.accessModes],
    volumeMode,
    storageClassName: storageClass,
    persistentVolumeReclaimPolicy: "Delete",
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name: claim },
    csi: {
      driver: DRIVER,
      volumeHandle: volumeId,
      fsType,
      ...(wasUsed ? { volumeAttributes: { [NO_FORMAT]: "true" } } : {}),
    },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "region", operator: "In", values: [region] }] },
        ],
      },
    },
  };
}
