import { randomUUID } from "node:crypto";
import type { ClusterObjects } from "../../../../cli/shared-clusters/cluster-objects";
import type { ReadyVolume } from "../../../../core/data/restore";
import { type EmulatedAccount, REGION } from "./emulated-account";

const STOPPED = "ephemeral-doks/stopped-from";

interface PersistentVolume {
  readonly handle: string;
  /** `<namespace>/<name>` of the claim that it is for. */
  readonly claim: string;
  readonly storageClass: string;
  readonly formats: boolean;
}

interface Workload {
  replicas: number;
  stoppedFrom?: string | null;
}

/**
 * The storage of a Kubernetes cluster: each claim has one StatefulSet that uses it. The driver and the kubelet do at once what
 * they are to do.
 */
export class FakeCluster {
  public readonly id = randomUUID();
  /** By name. */
  public readonly volumes = new Map<string, PersistentVolume>();
  /** Those that exist; `true` for one that is being deleted. */
  public readonly namespaces = new Map<string, boolean>();
  /** Name of the PersistentVolume of each claim. */
  private readonly claims = new Map<string, string>();
  private readonly workloads = new Map<string, Workload>();
  private readonly droplet: number;

  public constructor(
    private readonly account: EmulatedAccount,
    tags: readonly string[],
  ) {
    this.droplet = account.createCluster(this.id, tags);
  }

  /** DigitalOcean's id of the volume that a claim has. */
  public volumeOf(namespace: string, claim: string): string | undefined {
    return this.volumes.get(this.claims.get(`${namespace}/${claim}`) ?? "")?.handle;
  }

  /** DigitalOcean's ids of the volumes that claims have. */
  public boundHandles(): string[] {
    return [...this.claims.values()].flatMap((name) => this.volumes.get(name)?.handle ?? []);
  }

  public has(namespace: string, claim: string): boolean {
    return this.claims.has(`${namespace}/${claim}`);
  }

  public claimsOf(namespace: string): string[] {
    const names = [...this.claims.keys()].map((key) => key.split("/"));
    return names.flatMap(([its, name = ""]) => (its === namespace ? [name] : []));
  }

  /** Whether a volume waits for a claim that does not exist yet. */
  public hasReserved(namespace: string): boolean {
    const bound = [...this.claims.values()];
    return [...this.volumes].some(
      ([name, { claim }]) => claim.startsWith(`${namespace}/`) && !bound.includes(name),
    );
  }

  /** As the program declares it: a second time it is there already. */
  public declare(namespace: string, { claim, name, volumeId, ...rest }: ReadyVolume): void {
    if (!this.volumes.has(name)) {
      this.volumes.set(name, {
        ...{ handle: volumeId, claim: `${namespace}/${claim}` },
        ...{ storageClass: rest.storageClass, formats: !rest.wasUsed },
      });
    }
  }

  /** Binds to the volume that is meant for it, or to a new one. */
  public claim(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const bound = [...this.claims.values()];
    const waiting = [...this.volumes].find(
      ([volume, { claim }]) => claim === key && !bound.includes(volume),
    );
    this.claims.set(key, waiting?.[0] ?? this.provision(key));
  }

  /** With its volume, as the class wants it. */
  public remove(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const volume = this.claims.get(key) ?? "";
    const handle = this.volumes.get(volume)?.handle;
    this.workloads.delete(key);
    this.settle();
    this.claims.delete(key);
    this.volumes.delete(volume);
    if (handle !== undefined) {
      this.account.cloud.deleteVolume(handle);
    }
  }

  /** Leaves one that is there as it is: its replicas have not changed in the tree. */
  public run(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    if (!this.workloads.has(key)) {
      this.workloads.set(key, { replicas: 1 });
    }
    this.settle();
  }

  /** @param process - of the command that asks */
  public objects(process: { readonly act: () => void; readonly look: () => void }): ClusterObjects {
    const find = async (path: string) => {
      await Promise.resolve();
      process.look();
      return this.get(path);
    };
    const objects = {
      clusterId: this.id,
      find,
      list: async (path: string) =>
        ((await find(path)) as { items: object[] } | undefined)?.items ?? [],
      change: async (path: string, patch: object) => {
        await Promise.resolve();
        process.act();
        this.patch(path, patch);
      },
      remove: async (path: string) => {
        await Promise.resolve();
        process.act();
        this.volumes.delete(path.split("/").at(-1) ?? "");
      },
    };
    return objects as unknown as ClusterObjects;
  }

  private get(path: string): unknown {
    const [, namespace, kind = "", name] =
      /^\/api[^/]*\/(?:[^/]+\/)*?v1\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(path) ??
      [];
    const items = this.list(kind, namespace);
    return name === undefined ? { items } : items.find(({ metadata }) => metadata.name === name);
  }

  private list(kind: string, namespace: string | undefined) {
    const isIn = ([key]: readonly [string, unknown]) =>
      namespace === undefined || key.startsWith(`${namespace}/`);
    switch (kind) {
      case "namespaces":
        return [...this.namespaces].map(([name, isEnding]) => ({
          metadata: { name, ...(isEnding && { deletionTimestamp: "2026-11-23T12:00:00Z" }) },
        }));
      case "persistentvolumeclaims":
        return [...this.claims].filter(isIn).map(([key, volumeName]) => ({
          metadata: metadataOf(key),
          spec: { volumeName },
        }));
      case "persistentvolumes":
        return [...this.volumes].map(([name, { claim, handle, storageClass }]) => ({
          metadata: { name },
          spec: {
            ...{ storageClassName: storageClass, claimRef: metadataOf(claim) },
            csi: { driver: "dobs.csi.digitalocean.com", volumeHandle: handle, fsType: "ext4" },
          },
          status: { phase: [...this.claims.values()].includes(name) ? "Bound" : "Available" },
        }));
      case "statefulsets":
        return [...this.workloads].filter(isIn).map(([key, { replicas, stoppedFrom }]) => ({
          metadata: { ...metadataOf(key), annotations: { [STOPPED]: stoppedFrom ?? undefined } },
          spec: { replicas },
        }));
      case "pods":
        return this.running()
          .filter(isIn)
          .map(([key]) => ({
            metadata: {
              ...metadataOf(key),
              ownerReferences: [
                { kind: "StatefulSet", name: metadataOf(key).name, controller: true },
              ],
            },
            spec: {
              volumes: [{ persistentVolumeClaim: { claimName: metadataOf(key).name } }],
            },
          }));
      case "volumeattachments":
        return this.running().map(([key]) => ({
          metadata: { name: key },
          spec: { source: { persistentVolumeName: this.claims.get(key) } },
        }));
      default:
        return [];
    }
  }

  private patch(path: string, { metadata, spec }: Patch): void {
    const [, namespace, name] = /namespaces\/([^/]+)\/statefulsets\/([^/]+)$/.exec(path) ?? [];
    const workload = this.workloads.get(`${namespace}/${name}`);
    if (workload !== undefined) {
      workload.replicas = spec?.replicas ?? workload.replicas;
      workload.stoppedFrom = metadata?.annotations?.[STOPPED] ?? null;
      this.settle();
    }
  }

  private running(): [string, Workload][] {
    return [...this.workloads].filter(
      ([key, { replicas }]) => replicas > 0 && this.claims.has(key),
    );
  }

  private provision(key: string): string {
    const name = `pvc-${randomUUID()}`;
    const request = { clusterId: this.id, name, sizeGiB: 1, region: REGION, description: "" };
    const { id } = this.account.cloud.ensureVolume(request);
    const storageClass = "do-block-storage";
    this.volumes.set(name, { handle: id, claim: key, storageClass, formats: true });
    return name;
  }

  /** Nodes have the volumes of the pods that run, and no others. */
  private settle(): void {
    const { cloud, volumes } = this.account;
    const used = this.running().map(([key]) => this.claims.get(key));
    for (const [name, { handle, formats }] of this.volumes) {
      const isAttached = volumes
        .list()
        .some(({ id, dropletIds }) => id === handle && dropletIds.includes(this.droplet));
      if (used.includes(name) && !isAttached) {
        cloud.attachVolume(handle, this.droplet, this.id);
        cloud.mountVolume(handle, formats);
      } else if (!used.includes(name) && isAttached) {
        cloud.detachVolume(handle, this.droplet);
      }
    }
  }
}

interface Patch {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string | null>> };
  readonly spec?: { readonly replicas?: number };
}

function metadataOf(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = "", name = ""] = key.split("/");
  return { namespace, name };
}
