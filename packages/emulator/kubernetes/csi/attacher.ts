import { describeError } from "../../errors";
import { recordEvent } from "../api/events";
import type { Node, PersistentVolume, VolumeAttachment } from "../api/objects";
import type { ControllerContext } from "../controller-context";
import { dropletIdOf } from "../nodes/droplet-id";
import { CollectionController } from "./collection-controller";
import { CSI_DRIVER } from "./driver";

/** Source: kubernetes-csi/external-attacher, which derives it from the driver's name. */
const FINALIZER = `external-attacher/${CSI_DRIVER.replaceAll(".", "-")}`;
const ATTACHMENTS = "/apis/storage.k8s.io/v1/volumeattachments";
/**
 * Attributes of a static PersistentVolume that keep the driver from formatting, whatever their values. The driver's README
 * names another one, which does nothing.
 *
 * Source: csi-digitalocean, driver/node.go
 */
const NO_FORMAT = ["dobs.csi.digitalocean.com/noformat", "com.digitalocean.csi.dobs/noformat"];

/**
 * Attaches volumes to the droplets whose pods use them, as Kubernetes' attach-detach controller asks for it, and mounts them
 * there, which is the kubelet's part.
 */
export class Attacher extends CollectionController<VolumeAttachment> {
  public constructor(context: ControllerContext) {
    super(context, ATTACHMENTS);
  }

  protected async reconcile(name: string): Promise<void> {
    const attachment = this.objects.get(name);
    if (attachment?.spec.attacher !== CSI_DRIVER) {
      return;
    }
    if (attachment.metadata.deletionTimestamp) {
      await this.detach(attachment);
    } else if (!attachment.status?.attached) {
      await this.attach(attachment);
    }
  }

  protected report(key: string, error: unknown): void {
    this.context.log(`attachment ${key}: ${describeError(error)}`);
  }

  private async attach(attachment: VolumeAttachment): Promise<void> {
    const { client, cloud, spec } = this.context;
    const path = `${ATTACHMENTS}/${attachment.metadata.name}`;
    const { volume, volumeId, dropletId } = await this.resolve(attachment);
    if (volume === undefined || volumeId === undefined || dropletId === undefined) {
      throw new Error("the volume or the node does not exist");
    }
    await client.patch(path, { metadata: { finalizers: [FINALIZER] } });
    try {
      cloud.attachVolume(volumeId, dropletId, spec.clusterId);
    } catch (error) {
      const attachError = { message: describeError(error), time: new Date().toISOString() };
      await client.patch(`${path}/status`, { status: { attached: false, attachError } });
      throw error;
    }
    await client.patch(`${path}/status`, { status: { attached: true, attachError: null } });
    await this.mount(volume, volumeId);
  }

  private async mount(volume: PersistentVolume, volumeId: string): Promise<void> {
    const { csi, volumeMode } = volume.spec;
    const mayFormat = !NO_FORMAT.some((key) => csi?.volumeAttributes?.[key] !== undefined);
    try {
      this.context.cloud.mountVolume(volumeId, volumeMode === "Block" || mayFormat);
    } catch (error) {
      // On DOKS the pod waits; here kwok runs it, because it ignores volumes.
      await recordEvent(this.context.client, volume, {
        kind: "PersistentVolume",
        component: "kubelet",
        type: "Warning",
        reason: "FailedMount",
        message: `MountVolume.MountDevice failed for volume "${volume.metadata.name}": ${describeError(error)}`,
      });
    }
  }

  /** Without the volume or the node there is nothing to detach. */
  private async detach(attachment: VolumeAttachment): Promise<void> {
    const { volumeId, dropletId } = await this.resolve(attachment);
    if (volumeId !== undefined && dropletId !== undefined) {
      this.context.cloud.detachVolume(volumeId, dropletId);
    }
    const path = `${ATTACHMENTS}/${attachment.metadata.name}`;
    await this.context.client.patch(path, { metadata: { finalizers: null } });
  }

  private async resolve({ spec }: VolumeAttachment) {
    const { client } = this.context;
    const volumeName = spec.source.persistentVolumeName ?? "";
    const [volume, node] = await Promise.all([
      client.find<PersistentVolume>(`/api/v1/persistentvolumes/${volumeName}`),
      client.find<Node>(`/api/v1/nodes/${spec.nodeName}`),
    ]);
    return {
      volume,
      volumeId: volume?.spec.csi?.volumeHandle,
      dropletId: node && dropletIdOf(node),
    };
  }
}
