import type { ApiClient } from "../api/client";
import type { KubernetesObject } from "../api/objects";
import { type CustomKind, installKinds } from "../custom-kinds";
import { CSI_DRIVER } from "./driver";

const GROUP = "snapshot.storage.k8s.io";
export const SNAPSHOT_API = `/apis/${GROUP}/v1`;
/** Source: csi-digitalocean, deploy/kubernetes/releases/csi-digitalocean-v4.16.0/driver.yaml */
export const SNAPSHOT_CLASS = "do-block-storage";

/** The fields of a VolumeSnapshot that are emulated. @see https://kubernetes.io/docs/concepts/storage/volume-snapshots/ */
export interface VolumeSnapshotObject extends KubernetesObject {
  readonly spec: {
    readonly volumeSnapshotClassName?: string;
    readonly source: {
      readonly persistentVolumeClaimName?: string;
      readonly volumeSnapshotContentName?: string;
    };
  };
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string;
    readonly readyToUse?: boolean;
  };
}

/** The object for a snapshot of the account. */
export interface VolumeSnapshotContent extends KubernetesObject {
  readonly spec: {
    readonly deletionPolicy: "Delete" | "Retain";
    readonly source: { readonly snapshotHandle?: string };
  };
  readonly status?: { readonly snapshotHandle?: string };
}

export interface VolumeSnapshotClass extends KubernetesObject {
  readonly driver: string;
  readonly deletionPolicy: VolumeSnapshotContent["spec"]["deletionPolicy"];
}

/** Id of the account's snapshot. */
export function handleOf({ spec, status }: VolumeSnapshotContent): string {
  return status?.snapshotHandle ?? spec.source.snapshotHandle ?? "";
}

/** Installs the kinds and the class of every new DOKS cluster. */
export async function installSnapshotKinds(client: ApiClient, signal: AbortSignal): Promise<void> {
  await installKinds(
    client,
    [
      kind("VolumeSnapshotClass", "volumesnapshotclasses", "Cluster"),
      kind("VolumeSnapshotContent", "volumesnapshotcontents", "Cluster"),
      kind("VolumeSnapshot", "volumesnapshots", "Namespaced"),
    ],
    signal,
  );
  await client.createIfAbsent(`${SNAPSHOT_API}/volumesnapshotclasses`, {
    apiVersion: `${GROUP}/v1`,
    kind: "VolumeSnapshotClass",
    metadata: {
      name: SNAPSHOT_CLASS,
      annotations: { "snapshot.storage.kubernetes.io/is-default-class": "true" },
    },
    driver: CSI_DRIVER,
    deletionPolicy: "Delete",
  });
}

function kind(name: string, plural: string, scope: CustomKind["scope"]): CustomKind {
  const source = "https://github.com/kubernetes-csi/external-snapshotter";
  return { group: GROUP, version: "v1", kind: name, plural, scope, source };
}
