import { describeError } from "../../errors";
import type { PersistentVolume } from "../api/objects";
import type { ControllerContext } from "../controller-context";
import { CollectionController } from "./collection-controller";
import { CSI_DRIVER } from "./driver";
import { PROVISIONED_BY, VOLUME_FINALIZER } from "./persistent-volume";

/** Deletes the account's volume of a released PersistentVolume if its reclaim policy is Delete. */
export class Reclaimer extends CollectionController<PersistentVolume> {
  public constructor(context: ControllerContext) {
    super(context, "/api/v1/persistentvolumes");
  }

  protected async reconcile(name: string): Promise<void> {
    const volume = this.objects.get(name);
    if (volume?.metadata.annotations?.[PROVISIONED_BY] !== CSI_DRIVER || inUse(volume)) {
      return;
    }
    const { client, cloud } = this.context;
    const path = `/api/v1/persistentvolumes/${name}`;
    if (volume.spec.persistentVolumeReclaimPolicy === "Delete") {
      cloud.deleteVolume(volume.spec.csi?.volumeHandle ?? "");
      await client.delete(path);
    } else if (!volume.metadata.deletionTimestamp) {
      return;
    }
    const finalizers = volume.metadata.finalizers?.filter((one) => one !== VOLUME_FINALIZER);
    await client.patch(path, { metadata: { finalizers } });
  }

  protected report(name: string, error: unknown): void {
    const message = `failed to delete volume: ${describeError(error)}`;
    this.context.log(`volume ${name}: ${message}`);
    this.warn(name, { kind: "PersistentVolume", reason: "VolumeFailedDelete", message });
  }
}

/** Whether it is bound to a claim, or may still be. */
function inUse({ metadata, status }: PersistentVolume): boolean {
  const released = status?.phase === "Released" || status?.phase === "Failed";
  // Kubernetes itself keeps a bound volume with its own finalizer.
  const deleted = metadata.deletionTimestamp && metadata.finalizers?.length === 1;
  return !released && !deleted;
}
