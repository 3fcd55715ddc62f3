import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Action, Volume, VolumeSnapshot } from "./entities";
import { conflict, forbidden, notFound, tooManyRequests, unprocessable } from "./errors";
import type { Ledger } from "./ledger";
import { LEAST_SNAPSHOT_USD, SNAPSHOT_USD_PER_GIB, VOLUME_USD_PER_GIB } from "./offers/prices";
import { findRegion } from "./offers/regions";
import type { Store } from "./store";
import { isTag } from "./tags";
import { timestamp } from "./time";

/** @see https://docs.digitalocean.com/products/volumes/details/limits/ */
const NAME = /^[a-z][a-z0-9-]{0,63}$/;
const SIZE_GIB = { min: 1, max: 16 * 1024 };
const MOST_VOLUMES_OF_A_DROPLET = 7;
/** The share of a new volume that its files take. */
const USED_SHARE = 0.1;

export interface VolumeRequest {
  readonly name: string;
  readonly sizeGigabytes: number;
  readonly region: string;
  readonly description?: string | undefined;
  readonly filesystemType?: string | undefined;
  readonly filesystemLabel?: string | undefined;
  readonly snapshotId?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** The account's block storage volumes, their snapshots and actions. */
export class Volumes {
  /** @see https://docs.digitalocean.com/products/snapshots/details/limits/ for the first; the second is what a vendor of backups reports */
  public snapshotLimits = { mostPerVolume: 25, secondsBetween: 60 };

  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
  ) {}

  public list(filter: { name?: string | undefined; region?: string | undefined } = {}): Volume[] {
    return this.store.volumes
      .all()
      .filter(
        (volume) =>
          (filter.name === undefined || volume.name === filter.name) &&
          (filter.region === undefined || volume.region === filter.region),
      );
  }

  /** @throws ApiError 404 */
  public get(id: string): Volume {
    const volume = this.store.volumes.find(id);
    if (!volume) {
      throw notFound("volume not found");
    }
    return volume;
  }

  /** @throws ApiError 403 at the account's limit, 404 without the snapshot, 409 if the name is taken, 422 */
  public create(request: VolumeRequest): Volume {
    const snapshot =
      request.snapshotId === undefined ? undefined : this.getSnapshot(request.snapshotId);
    this.check(request, snapshot);
    const { snapshotId: _, ...fields } = request;
    const volume = this.store.volumes.put({
      description: "",
      filesystemType: "",
      filesystemLabel: "",
      tags: [],
      ...fields,
      // The request's size is then ignored. @see `snapshot_id` in DigitalOcean's OpenAPI
      ...(snapshot && { sizeGigabytes: snapshot.minDiskSize, content: snapshot.content }),
      id: randomUUID(),
      dropletIds: [],
      createdAt: timestamp(this.clock.now()),
    });
    this.charge(volume);
    return volume;
  }

  /** @throws ApiError 404; 409 while it is attached */
  public delete(id: string): void {
    // Source of the message: digitalocean/doctl issue #358
    if (this.get(id).dropletIds.length > 0) {
      throw conflict("attached volume cannot be deleted");
    }
    this.store.volumes.remove(id);
    this.ledger.stop(id);
  }

  /** @throws ApiError 404; 422 if it is attached elsewhere, in another region, or the Droplet has too many */
  public attach(id: string, dropletId: number): Action {
    const volume = this.get(id);
    const droplet = this.store.droplets.find(dropletId);
    if (!droplet) {
      throw notFound("droplet not found");
    }
    // The messages are those that csi-digitalocean looks for (driver/controller.go).
    if (volume.dropletIds.length > 0) {
      throw unprocessable("This volume is already attached");
    }
    if (volume.region !== droplet.region) {
      throw unprocessable("Droplet and volume must be in the same region");
    }
    const attached = this.list().filter((other) => other.dropletIds.includes(dropletId));
    if (attached.length >= MOST_VOLUMES_OF_A_DROPLET) {
      throw unprocessable("cannot attach more volumes to the Droplet");
    }
    this.store.volumes.update(id, { dropletIds: [dropletId] });
    return this.act("attach_volume", volume);
  }

  /** @throws ApiError 404; 422 if it is not attached to that Droplet */
  public detach(id: string, dropletId: number): Action {
    const volume = this.get(id);
    if (!volume.dropletIds.includes(dropletId)) {
      throw unprocessable("Attachment not found");
    }
    this.store.volumes.update(id, { dropletIds: [] });
    return this.act("detach_volume", volume);
  }

  /**
   * Mounts it on a node, and formats it if it is empty.
   *
   * @param formats - whether the driver may do so
   * @throws ApiError 404; an Error when it is empty and may not be formatted
   */
  public mount(id: string, formats: boolean): void {
    const { content, sizeGigabytes } = this.get(id);
    if (content) {
      return;
    }
    if (!formats) {
      throw new Error(
        "mount failed: wrong fs type, bad option, bad superblock, missing codepage or helper program, or other error",
      );
    }
    const gigabytes = Number((sizeGigabytes * USED_SHARE).toFixed(2));
    this.store.volumes.update(id, { content: { id: randomUUID(), clean: true, gigabytes } });
  }

  /** @throws ApiError 404; 422 if it would not grow, or beyond 16 TiB */
  public resize(id: string, sizeGigabytes: number): Action {
    const volume = this.get(id);
    checkSize(sizeGigabytes);
    if (sizeGigabytes <= volume.sizeGigabytes) {
      throw unprocessable("Volumes can only be resized up in size");
    }
    this.ledger.stop(id);
    this.charge(this.store.volumes.put({ ...volume, sizeGigabytes }));
    return this.act("resize_volume", volume);
  }

  /** @throws ApiError 404 */
  public actionsOf(id: string): Action[] {
    const volume = this.get(id);
    return this.store.actions.all().filter((action) => action.volumeId === volume.id);
  }

  /** Snapshots of one volume, or of all. */
  public snapshots(volumeId?: string): VolumeSnapshot[] {
    return this.store.volumeSnapshots
      .all()
      .filter((snapshot) => volumeId === undefined || snapshot.resourceId === volumeId);
  }

  /** @throws ApiError 404 */
  public getSnapshot(id: string): VolumeSnapshot {
    const snapshot = this.store.volumeSnapshots.find(id);
    if (!snapshot) {
      throw notFound("snapshot not found");
    }
    return snapshot;
  }

  /** @throws ApiError 404; 409 if the volume has one of that name; 422 on a bad name or tag, or at the limit; 429 too soon */
  public takeSnapshot(volumeId: string, name: string, tags: readonly string[]): VolumeSnapshot {
    const volume = this.get(volumeId);
    if (name === "") {
      throw unprocessable("name is required");
    }
    checkTags(tags);
    this.checkSnapshotLimits(volume, name);
    const { content, dropletIds } = volume;
    const snapshot = this.store.volumeSnapshots.put({
      id: randomUUID(),
      name,
      resourceId: volumeId,
      region: volume.region,
      minDiskSize: volume.sizeGigabytes,
      sizeGigabytes: content?.gigabytes ?? 0,
      tags,
      createdAt: timestamp(this.clock.now()),
      ...(content && { content: { ...content, clean: content.clean && dropletIds.length === 0 } }),
    });
    this.ledger.start({
      product: "Snapshots",
      resourceId: snapshot.id,
      description: name,
      groupDescription: this.clusterNameOf(volume),
      monthlyUsd: Math.max(LEAST_SNAPSHOT_USD, snapshot.sizeGigabytes * SNAPSHOT_USD_PER_GIB),
      billedPer: "hour",
    });
    return snapshot;
  }

  /** @throws ApiError 404 */
  public deleteSnapshot(id: string): void {
    this.store.volumeSnapshots.remove(this.getSnapshot(id).id);
    this.ledger.stop(id);
  }

  private checkSnapshotLimits({ id }: Volume, name: string): void {
    const { mostPerVolume, secondsBetween } = this.snapshotLimits;
    const others = this.snapshots(id);
    // Source of the status: csi-digitalocean driver/controller.go
    if (others.some((snapshot) => snapshot.name === name)) {
      throw conflict("a snapshot with this name already exists for this volume");
    }
    if (others.length >= mostPerVolume) {
      throw unprocessable(`a volume can have up to ${mostPerVolume} snapshots`);
    }
    const earliest = this.clock.now().getTime() - secondsBetween * 1000;
    if (others.some(({ createdAt }) => Date.parse(createdAt) > earliest)) {
      throw tooManyRequests(`a volume can have a snapshot taken every ${secondsBetween} seconds`);
    }
  }

  private check(request: VolumeRequest, snapshot: VolumeSnapshot | undefined): void {
    if (!NAME.test(request.name)) {
      throw unprocessable(
        "name must be lowercase and begin with a letter; it can contain numbers and dashes and be up to 64 characters long",
      );
    }
    if (!findRegion(request.region)) {
      throw unprocessable(`invalid region: ${request.region}`);
    }
    checkSize(request.sizeGigabytes);
    checkTags(request.tags ?? []);
    if (snapshot && snapshot.region !== request.region) {
      throw unprocessable(`the snapshot is not in region ${request.region}`);
    }
    if (this.list(request).length > 0) {
      throw conflict("a volume with this name already exists in this region");
    }
    // Source of the message: csi-digitalocean driver/controller.go
    if (this.list().length >= this.store.profile.volumeLimit) {
      throw forbidden("failed to create volume: volume/snapshot capacity limit exceeded");
    }
  }

  private charge(volume: Volume): void {
    this.ledger.start({
      product: "Volumes",
      resourceId: volume.id,
      description: `${volume.name} (${volume.sizeGigabytes} GiB)`,
      groupDescription: this.clusterNameOf(volume),
      monthlyUsd: volume.sizeGigabytes * VOLUME_USD_PER_GIB,
      billedPer: "hour",
    });
  }

  private clusterNameOf(volume: Volume): string {
    const tag = volume.tags.find((name) => name.startsWith("k8s:"));
    return (tag && this.store.clusters.find(tag.slice("k8s:".length))?.name) ?? "";
  }

  private act(type: Action["type"], volume: Volume): Action {
    const now = timestamp(this.clock.now());
    return this.store.actions.put({
      id: this.store.nextNumber(),
      type,
      volumeId: volume.id,
      region: volume.region,
      startedAt: now,
      completedAt: now,
    });
  }
}

function checkSize(sizeGigabytes: number): void {
  if (sizeGigabytes < SIZE_GIB.min || sizeGigabytes > SIZE_GIB.max) {
    throw unprocessable(`size must be between ${SIZE_GIB.min} and ${SIZE_GIB.max} GiB`);
  }
}

function checkTags(tags: readonly string[]): void {
  const bad = tags.find((tag) => !isTag(tag));
  if (bad !== undefined) {
    throw unprocessable(`invalid tag: ${bad}`);
  }
}
