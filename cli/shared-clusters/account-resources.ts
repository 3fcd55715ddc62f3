import { LOAD_BALANCER_ID } from "../../core/manifests/load-balancer-annotations";
import type { ClusterObject, ClusterObjects } from "./cluster-objects";

/** @see https://github.com/digitalocean/csi-digitalocean */
const BLOCK_STORAGE = "dobs.csi.digitalocean.com";
const VOLUMES = "/api/v1/persistentvolumes";

interface Service extends ClusterObject {
  readonly spec: { readonly type?: string };
}

interface PersistentVolume extends ClusterObject {
  readonly status?: { readonly phase?: string };
  readonly spec: {
    readonly claimRef?: { readonly namespace?: string };
    readonly csi?: { readonly driver: string; readonly volumeHandle: string };
  };
}

interface SnapshotContent extends ClusterObject {
  readonly spec: { readonly volumeSnapshotRef: { readonly namespace?: string } };
  readonly status?: { readonly snapshotHandle?: string };
}

/**
 * Returns the ids of the account's resources of one namespace. In the account they have only the whole cluster's tag, so this
 * reads the cluster while the namespace's objects exist.
 */
export async function accountResourcesOf(
  objects: ClusterObjects,
  namespace: string,
): Promise<string[]> {
  const [services, volumes, snapshots] = await Promise.all([
    objects.list<Service>(`/api/v1/namespaces/${namespace}/services`),
    objects.list<PersistentVolume>(VOLUMES),
    objects.list<SnapshotContent>("/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents"),
  ]);
  return [
    ...services
      .filter(({ spec }) => spec.type === "LoadBalancer")
      .map(({ metadata }) => metadata.annotations?.[LOAD_BALANCER_ID]),
    ...volumes
      .filter(({ spec }) => spec.claimRef?.namespace === namespace)
      .map(({ spec: { csi } }) => (csi?.driver === BLOCK_STORAGE ? csi.volumeHandle : undefined)),
    ...snapshots
      .filter(({ spec }) => spec.volumeSnapshotRef.namespace === namespace)
      .map(({ status }) => status?.snapshotHandle),
  ].filter((id): id is string => id !== undefined);
}

/**
 * Deletes a namespace's PersistentVolumes without a bound claim, which a killed update leaves. They outlive the namespace, and
 * its next claims would be bound to them: to a deleted volume, or to an older seed's.
 *
 * @param but - names of PersistentVolumes to keep. @default - none
 */
export async function deleteUnclaimedVolumes(
  objects: ClusterObjects,
  namespace: string,
  but: readonly string[] = [],
): Promise<void> {
  const volumes = await objects.list<PersistentVolume>(VOLUMES);
  const unclaimed = volumes.filter(
    ({ metadata, spec, status }) =>
      spec.claimRef?.namespace === namespace &&
      status?.phase === "Available" &&
      !but.includes(metadata.name),
  );
  for (const { metadata } of unclaimed) {
    await objects.remove(`${VOLUMES}/${metadata.name}`);
  }
}

/** Returns the names of PersistentVolumes that are bound to claims of one namespace. A class can retain them after it. */
export async function boundVolumesOf(
  objects: ClusterObjects,
  namespace: string,
): Promise<string[]> {
  const volumes = await objects.list<PersistentVolume>(VOLUMES);
  return volumes
    .filter(
      ({ spec, status }) => spec.claimRef?.namespace === namespace && status?.phase === "Bound",
    )
    .map(({ metadata }) => metadata.name);
}
