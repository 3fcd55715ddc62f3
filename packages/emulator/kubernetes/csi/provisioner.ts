import { describeError } from "../../errors";
import type { PersistentVolumeClaim, StorageClass } from "../api/objects";
import type { ControllerContext } from "../controller-context";
import { CollectionController } from "./collection-controller";
import { CSI_DRIVER } from "./driver";
import { persistentVolume } from "./persistent-volume";
import {
  handleOf,
  SNAPSHOT_API,
  type VolumeSnapshotContent,
  type VolumeSnapshotObject,
} from "./snapshot-objects";
import { requestedGiB } from "./volume-size";

/** Kubernetes' volume binder sets these on a claim: the driver that must provision it, and the pod's node. */
const PROVISIONER_ANNOTATION = "volume.kubernetes.io/storage-provisioner";
const SELECTED_NODE_ANNOTATION = "volume.kubernetes.io/selected-node";

/** Only one Droplet at a time can use a volume. Source: csi-digitalocean, driver/controller.go */
const ACCESS_MODES = ["ReadWriteOnce", "ReadWriteOncePod"];

/** Source: csi-digitalocean, driver/controller.go */
const DESCRIPTION = "Created by DigitalOcean CSI driver";

/** Creates a volume of the account for each claim, and expands it when the claim's request grows. */
export class Provisioner extends CollectionController<PersistentVolumeClaim> {
  public constructor(context: ControllerContext) {
    super(context, "/api/v1/persistentvolumeclaims");
  }

  protected async reconcile(key: string): Promise<void> {
    const claim = this.objects.get(key);
    if (!claim || claim.metadata.deletionTimestamp || !isOurs(claim)) {
      return;
    }
    if (claim.spec.volumeName) {
      await this.resize(claim, claim.spec.volumeName);
    } else {
      await this.provision(claim);
    }
  }

  private async provision(claim: PersistentVolumeClaim): Promise<void> {
    const { client, cloud, spec } = this.context;
    const storageClass = await client.get<StorageClass>(
      `/apis/storage.k8s.io/v1/storageclasses/${claim.spec.storageClassName ?? ""}`,
    );
    const waits = storageClass.volumeBindingMode === "WaitForFirstConsumer";
    if (waits && !claim.metadata.annotations?.[SELECTED_NODE_ANNOTATION]) {
      return;
    }
    checkSupported(claim);
    const snapshotId = await this.snapshotOf(claim);
    const volume = cloud.ensureVolume({
      clusterId: spec.clusterId,
      name: `pvc-${claim.metadata.uid}`,
      sizeGiB: requestedGiB(claim),
      region: spec.region,
      description: DESCRIPTION,
      snapshotId,
    });
    await client.createIfAbsent(
      "/api/v1/persistentvolumes",
      persistentVolume(claim, storageClass, volume, spec.region),
    );
  }

  /** Returns the id of the account's snapshot from which a claim starts. @throws Error while it does not exist */
  private async snapshotOf({ metadata, spec }: PersistentVolumeClaim): Promise<string | undefined> {
    if (!spec.dataSource) {
      return undefined;
    }
    const { kind, name } = spec.dataSource;
    if (kind !== "VolumeSnapshot") {
      // Source: csi-digitalocean, driver/controller.go (ControllerGetCapabilities: it does not clone volumes)
      throw new Error(`the driver has no data source ${kind} ("${name}")`);
    }
    const { client } = this.context;
    const path = `${SNAPSHOT_API}/namespaces/${metadata.namespace ?? ""}/volumesnapshots/${name}`;
    const { status } = await client.get<VolumeSnapshotObject>(path);
    if (!status?.readyToUse) {
      throw new Error(`snapshot ${name} is not Ready`);
    }
    const content = await client.get<VolumeSnapshotContent>(
      `${SNAPSHOT_API}/volumesnapshotcontents/${status.boundVolumeSnapshotContentName ?? ""}`,
    );
    return handleOf(content);
  }

  private async resize(claim: PersistentVolumeClaim, volumeName: string): Promise<void> {
    const { client, cloud } = this.context;
    const present = claim.status?.capacity?.storage;
    const wanted = requestedGiB(claim);
    if (claim.status?.phase !== "Bound" || !present || wanted <= requestedGiB(claim, present)) {
      return;
    }
    const path = `/api/v1/persistentvolumes/${volumeName}`;
    const volume = await client.get<{ spec: { csi?: { volumeHandle: string } } }>(path);
    cloud.resizeVolume(volume.spec.csi?.volumeHandle ?? "", wanted);
    const capacity = { storage: `${wanted}Gi` };
    await client.patch(path, { spec: { capacity } });
    const { namespace = "", name } = claim.metadata;
    await client.patch(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}/status`, {
      status: { capacity },
    });
  }

  protected report(key: string, error: unknown): void {
    const message = `failed to provision volume: ${describeError(error)}`;
    this.context.log(`claim ${key}: ${message}`);
    this.warn(key, { kind: "PersistentVolumeClaim", reason: "ProvisioningFailed", message });
  }
}

function isOurs(claim: PersistentVolumeClaim): boolean {
  return claim.metadata.annotations?.[PROVISIONER_ANNOTATION] === CSI_DRIVER;
}

function checkSupported(claim: PersistentVolumeClaim): void {
  const mode = claim.spec.accessModes?.find((mode) => !ACCESS_MODES.includes(mode));
  if (mode) {
    throw new Error(
      `access mode ${mode} is not supported: a DigitalOcean volume is used by one node, ${ACCESS_MODES.join(" or ")}`,
    );
  }
}
