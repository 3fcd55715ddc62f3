import { describeError } from "../../errors";
import { recordEvent } from "../api/events";
import { Informer } from "../api/informer";
import { keyOf, type PersistentVolume } from "../api/objects";
import { WorkQueue } from "../api/work-queue";
import type { ControllerContext } from "../controller-context";
import { CSI_DRIVER } from "./driver";
import { PROVISIONED_BY, VOLUME_FINALIZER } from "./persistent-volume";

/** Deletes the account's volume when a PersistentVolume is done with, if its reclaim policy says so. */
export class Reclaimer {
  private readonly volumes: Informer<PersistentVolume>;
  private readonly queue: WorkQueue;

  public constructor(private readonly context: ControllerContext) {
    this.volumes = new Informer(context.client, "/api/v1/persistentvolumes", context.log);
    this.queue = new WorkQueue(
      (key) => this.reconcile(key),
      (key, error) => this.report(key, error),
    );
    this.volumes.onChange((volume) => this.queue.add(keyOf(volume)));
  }

  public start(): Promise<void> {
    return this.volumes.start();
  }

  public async stop(): Promise<void> {
    this.volumes.stop();
    await this.queue.stop();
  }

  private async reconcile(name: string): Promise<void> {
    const volume = this.volumes.get(name);
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

  private report(name: string, error: unknown): void {
    const { client, log } = this.context;
    const message = `failed to delete volume: ${describeError(error)}`;
    log(`volume ${name}: ${message}`);
    const volume = this.volumes.get(name);
    if (volume) {
      recordEvent(client, volume, {
        kind: "PersistentVolume",
        component: CSI_DRIVER,
        type: "Warning",
        reason: "VolumeFailedDelete",
        message,
      }).catch((failure: unknown) => log(describeError(failure)));
    }
  }
}

/** Whether a claim has it, or may still get it. */
function inUse({ metadata, status }: PersistentVolume): boolean {
  const released = status?.phase === "Released" || status?.phase === "Failed";
  // Kubernetes itself keeps a volume that is bound by a finalizer of its own.
  const deleted = metadata.deletionTimestamp && metadata.finalizers?.length === 1;
  return !released && !deleted;
}
