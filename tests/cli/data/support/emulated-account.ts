import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DigitalOcean } from "../../../../cli/account/digitalocean";
import { DigitalOceanError } from "../../../../cli/account/digitalocean-error";
import type { Cluster, VolumeRequest } from "../../../../cli/account/resources";
import type { ListedSnapshot, ListedVolume } from "../../../../core/data/kept-claim";
import { ClusterResources } from "../../../../packages/emulator/account/associated-resources";
import { createCloudPort } from "../../../../packages/emulator/account/cloud";
import type { CloudPort } from "../../../../packages/emulator/account/cloud-port";
import type { Clusters } from "../../../../packages/emulator/account/clusters";
import type { Volume, VolumeSnapshot } from "../../../../packages/emulator/account/entities";
import { ApiError } from "../../../../packages/emulator/account/errors";
import { Ledger } from "../../../../packages/emulator/account/ledger";
import type { LoadBalancers } from "../../../../packages/emulator/account/load-balancers";
import { Store } from "../../../../packages/emulator/account/store";
import { Tags } from "../../../../packages/emulator/account/tags";
import { Volumes } from "../../../../packages/emulator/account/volumes";
import type { Clock } from "../../../../packages/emulator/clock";

export const REGION = "fra1";

/** Time that stands still unless it is moved, so that a sequence of commands can be repeated. */
export class StillClock implements Clock {
  private milliseconds = Date.parse("2026-11-23T12:00:00Z");

  public now(): Date {
    return new Date(this.milliseconds);
  }

  public advance(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}

/** The emulator's block storage, tags and ledger, without its server: a sequence of commands takes milliseconds. */
export class EmulatedAccount {
  public readonly clock = new StillClock();
  /** Ids of clusters with their tags. What runs in them is somebody else's. */
  public readonly clusters = new Map<string, readonly string[]>();
  public readonly store: Store;
  public readonly volumes: Volumes;
  public readonly cloud: CloudPort;
  private readonly tags: Tags;
  private readonly resources: ClusterResources;

  /** @param follow - whether snapshots of a cluster's volumes go with it */
  public constructor(follow: boolean) {
    const { clock, clusters } = this;
    const none = { ofCluster: () => [] } as unknown as LoadBalancers;
    this.store = new Store(join(tmpdir(), "never-written", "account.json"), clock.now());
    // What is not written needs no timer.
    this.store.flush = () => {};
    this.volumes = new Volumes(this.store, clock, new Ledger(this.store, clock));
    this.tags = new Tags(this.store);
    this.cloud = createCloudPort({
      ...{ store: this.store, volumes: this.volumes, tags: this.tags },
    } as Parameters<typeof createCloudPort>[0]);
    const known = {
      get: (id: string) => {
        if (!clusters.has(id)) {
          throw new ApiError(404, "not_found", "cluster not found");
        }
        return { id };
      },
      delete: (id: string) => this.deleteCluster(id),
    };
    this.resources = new ClusterResources(known as unknown as Clusters, none, this.volumes);
    this.resources.snapshotsFollowVolumes = follow;
  }

  public createCluster(id: string, tags: readonly string[]): number {
    this.clusters.set(id, tags);
    const droplet = this.store.nextNumber();
    const fields = { id: droplet, region: REGION, clusterId: id, tags: [`k8s:${id}`] };
    this.store.droplets.put(fields as never);
    return droplet;
  }

  /** With everything that is associated. */
  public destroyCluster(id: string): void {
    if (this.clusters.has(id)) {
      this.resources.destroyAll(id);
    }
  }

  /** Its nodes go with it, and no volume is attached to them any more. */
  private deleteCluster(id: string): void {
    this.clusters.delete(id);
    for (const droplet of this.store.droplets.all().filter(({ clusterId }) => clusterId === id)) {
      for (const volume of this.volumes.list()) {
        this.cloud.detachVolume(volume.id, droplet.id);
      }
      this.store.droplets.remove(droplet.id);
    }
  }

  /** Ids of all that is billed now. */
  public billed(): string[] {
    return this.store.usage.all().flatMap((use) => (use.endedAt === null ? use.resourceId : []));
  }

  /** All that may keep content, as DigitalOcean lists it. */
  public listed(): readonly (ListedSnapshot | ListedVolume)[] {
    return [...this.volumes.snapshots().map(snapshotBody), ...this.volumes.list().map(volumeBody)];
  }

  /**
   * The account as commands use it.
   *
   * @param change - is told before each change, and before each look whether the command still runs
   */
  public client(change: { readonly act: () => void; readonly look: () => void }): DigitalOcean {
    const { volumes, tags, resources, store } = this;
    const reads = <T>(read: () => T) => answered(change.look, read);
    const acts = <T>(act: () => T) => answered(change.act, act);
    const volumeList = () => volumes.list().map(volumeBody);
    const snapshotList = () => volumes.snapshots().map(snapshotBody);
    const dropletList = () =>
      store.droplets
        .all()
        .map(({ id, tags: its }) => ({ id, tags: its, created_at: "", size: { price_hourly: 0 } }));
    const clusterList = () =>
      [...this.clusters].map(([id, its]) => ({ id, name: id, tags: its, region: REGION }));
    const lists = {
      cluster: clusterList,
      droplet: dropletList,
      "load balancer": () => [],
      volume: volumeList,
      "volume snapshot": snapshotList,
    };
    const tagged = (kind: string, ids: readonly string[], tag: string, isOn: boolean) => {
      const known = kind === "volume" ? "volume" : "volume_snapshot";
      for (const id of ids) {
        tags.assign(tag, known, id, isOn);
      }
    };
    const client: Partial<DigitalOcean> = {
      identity: () => reads(() => ({ uuid: "account", name: "Team", email: "" }) as never),
      clusters: () => reads(() => clusterList() as unknown as Cluster[]),
      droplets: () => reads(() => dropletList() as never),
      loadBalancers: () => reads(() => []),
      volumes: () => reads(() => volumeList() as never),
      volumeSnapshots: () => reads(() => snapshotList() as never),
      counted: (kind) =>
        reads(() => ({ items: lists[kind](), total: lists[kind]().length }) as never),
      tagUses: (tag) =>
        reads(
          () => (tags.use(tag, "volume").count + tags.use(tag, "volume_snapshot").count) as never,
        ),
      thing: (kind, id) =>
        reads(() => (lists[kind]() as { id: unknown }[]).find((one) => one.id === id) as never),
      volumeNamed: (name, region) =>
        reads(() => volumes.list({ name, region }).map(volumeBody)[0] as never),
      createVolume: (request) => acts(() => volumeBody(volumes.create(volumeRequest(request)))),
      growVolume: (id, giB) => acts(() => void volumes.resize(id, giB)),
      volumeActions: (id) =>
        reads(() =>
          volumes.actionsOf(id).map(({ type, startedAt }) => ({ type, started_at: startedAt })),
        ),
      takeVolumeSnapshot: (id, name, its) =>
        acts(() => snapshotBody(volumes.takeSnapshot(id, name, its))),
      associatedResources: (id) =>
        reads(() => {
          const { volumes: found, volumeSnapshots } = resources.of(id);
          return { load_balancers: [], volumes: found, volume_snapshots: volumeSnapshots };
        }).catch(undefinedIfGone),
      deleteClusterWith: (id, selection) =>
        acts(() =>
          resources.destroySelected(id, {
            loadBalancers: [],
            volumes: selection.volumes,
            volumeSnapshots: selection.volume_snapshots,
          }),
        ).catch(undefinedIfGone),
      deleteCluster: (id) => acts(() => this.destroyCluster(id)),
      deleteThing: (kind, id) =>
        acts(() => {
          if (kind === "volume") {
            volumes.delete(id);
          } else if (kind === "volume snapshot") {
            volumes.deleteSnapshot(id);
          } else {
            this.destroyCluster(id);
          }
        }).catch(undefinedIfGone),
      tag: (kind, ids, tag) => acts(() => tagged(kind, ids, tag, true)),
      untag: (kind, ids, tag) => acts(() => tagged(kind, ids, tag, false)).catch(undefinedIfGone),
    };
    return client as DigitalOcean;
  }
}

/** The answer of an account that is asked, or changed, as a request would give it. */
async function answered<T>(before: () => void, work: () => T): Promise<T> {
  await Promise.resolve();
  before();
  try {
    return work();
  } catch (error) {
    throw error instanceof ApiError
      ? new DigitalOceanError(error.message, "", { status: error.status })
      : error;
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof DigitalOceanError && error.status === 404) {
    return undefined;
  }
  throw error;
}

function volumeRequest({ name, region, snapshot_id, size_gigabytes, tags }: VolumeRequest) {
  return { name, region, tags, snapshotId: snapshot_id, sizeGigabytes: size_gigabytes };
}

function volumeBody({ id, name, tags, sizeGigabytes, dropletIds, createdAt, region }: Volume) {
  return {
    ...{ id, name, tags, size_gigabytes: sizeGigabytes, droplet_ids: dropletIds },
    ...{ created_at: createdAt, region: { slug: region } },
  } as never;
}

function snapshotBody(snapshot: VolumeSnapshot) {
  const { id, name, tags, resourceId, minDiskSize, sizeGigabytes, createdAt, region } = snapshot;
  return {
    ...{ id, name, tags, resource_id: resourceId, min_disk_size: minDiskSize },
    ...{ size_gigabytes: sizeGigabytes, created_at: createdAt, regions: [region] },
  } as never;
}
