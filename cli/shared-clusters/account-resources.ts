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
 * Ids of what DigitalOcean has because of one namespace. In the account it bears the tag of the whole cluster only, so
 * that the cluster has to be asked while the namespace's objects are there.
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
 * Deletes PersistentVolumes that were made for claims of one namespace and that no claim is bound to, as an update leaves them that
 * was killed. They outlive the namespace, and its next claims would be bound to them: to a volume that is gone, or to an older seed's.
 *
 * @param but - names of those that stay. @default - none
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

/** Names of the PersistentVolumes that claims of one namespace are bound to: they are not in it, and a class can retain them. */
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
