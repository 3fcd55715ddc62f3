import { describeError } from "../../errors";
import type { PersistentVolume, PersistentVolumeClaim } from "../api/objects";
import type { ControllerContext } from "../controller-context";
import { CollectionController } from "./collection-controller";
import { CSI_DRIVER } from "./driver";
import {
  handleOf,
  installSnapshotKinds,
  SNAPSHOT_API,
  SNAPSHOT_CLASS,
  type VolumeSnapshotClass,
  type VolumeSnapshotContent,
  type VolumeSnapshotObject,
} from "./snapshot-objects";

/** Finalizer that keeps a VolumeSnapshot until its content is deleted. Source: kubernetes-csi/external-snapshotter, pkg/utils */
const FINALIZER = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection";
const CONTENTS = `${SNAPSHOT_API}/volumesnapshotcontents`;

/** Takes and deletes snapshots for VolumeSnapshots, as the external snapshotter does with the driver. */
export class Snapshotter extends CollectionController<VolumeSnapshotObject> {
  private readonly stopping = new AbortController();

  public constructor(context: ControllerContext) {
    super(context, `${SNAPSHOT_API}/volumesnapshots`);
  }

  public override async start(): Promise<void> {
    await installSnapshotKinds(this.context.client, this.stopping.signal);
    await super.start();
  }

  public override async stop(): Promise<void> {
    this.stopping.abort();
    await super.stop();
  }

  protected async reconcile(key: string): Promise<void> {
    const snapshot = this.objects.get(key);
    if (snapshot?.metadata.deletionTimestamp) {
      await this.remove(snapshot);
    } else if (snapshot && !snapshot.status?.readyToUse) {
      const { client } = this.context;
      const { volumeSnapshotClassName: name = SNAPSHOT_CLASS } = snapshot.spec;
      const snapshotClass = await client.get<VolumeSnapshotClass>(
        `${SNAPSHOT_API}/volumesnapshotclasses/${name}`,
      );
      if (snapshotClass.driver === CSI_DRIVER) {
        await this.take(snapshot, snapshotClass);
      }
    }
  }

  protected report(key: string, error: unknown): void {
    this.context.log(`VolumeSnapshot ${key}: ${describeError(error)}`);
  }

  private async take(
    snapshot: VolumeSnapshotObject,
    { deletionPolicy }: VolumeSnapshotClass,
  ): Promise<void> {
    const { client, cloud } = this.context;
    const { name, namespace = "", uid } = snapshot.metadata;
    const path = `${SNAPSHOT_API}/namespaces/${namespace}/volumesnapshots/${name}`;
    await client.patch(path, { metadata: { finalizers: [FINALIZER] } });
    const { source } = snapshot.spec;
    const contentName = source.volumeSnapshotContentName ?? `snapcontent-${uid}`;
    if (source.volumeSnapshotContentName === undefined) {
      const { id } = await this.takeOf(namespace, source.persistentVolumeClaimName ?? "", uid);
      await client.createIfAbsent(CONTENTS, {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotContent",
        metadata: { name: contentName },
        spec: {
          driver: CSI_DRIVER,
          deletionPolicy,
          source: { snapshotHandle: id },
          volumeSnapshotRef: { name, namespace, uid },
        },
      });
    }
    const content = await client.get<VolumeSnapshotContent>(`${CONTENTS}/${contentName}`);
    const taken = cloud.findSnapshot(handleOf(content));
    if (!taken) {
      throw new Error(`snapshot "${handleOf(content)}" not found`);
    }
    await client.patch(`${CONTENTS}/${contentName}/status`, {
      status: { snapshotHandle: taken.id, readyToUse: true },
    });
    await client.patch(`${path}/status`, {
      status: {
        boundVolumeSnapshotContentName: contentName,
        readyToUse: true,
        creationTime: taken.createdAt,
        restoreSize: `${taken.sizeGiB}Gi`,
      },
    });
  }

  private async takeOf(namespace: string, claimName: string, uid: string) {
    const { client, cloud, spec } = this.context;
    const claim = await client.get<PersistentVolumeClaim>(
      `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claimName}`,
    );
    const volume = await client.get<PersistentVolume>(
      `/api/v1/persistentvolumes/${claim.spec.volumeName ?? ""}`,
    );
    const volumeId = volume.spec.csi?.volumeHandle ?? "";
    return cloud.ensureSnapshot({
      clusterId: spec.clusterId,
      volumeId,
      name: `snapshot-${uid}`,
    });
  }

  private async remove({ metadata }: VolumeSnapshotObject): Promise<void> {
    const { client, cloud } = this.context;
    const { namespace = "", name } = metadata;
    const path = `${SNAPSHOT_API}/namespaces/${namespace}/volumesnapshots/${name}`;
    // The informer may not have received the recent binding yet.
    const { status } = await client.get<VolumeSnapshotObject>(path);
    const contentPath = `${CONTENTS}/${status?.boundVolumeSnapshotContentName ?? ""}`;
    const content =
      status?.boundVolumeSnapshotContentName === undefined
        ? undefined
        : await client.find<VolumeSnapshotContent>(contentPath);
    if (content?.spec.deletionPolicy === "Delete") {
      cloud.deleteSnapshot(handleOf(content));
      await client.delete(contentPath);
    }
    await client.patch(path, { metadata: { finalizers: null } });
  }
}
