import { randomUUID } from "node:crypto";
import type {
  CloudCertificate,
  CloudLoadBalancer,
  CloudPort,
  CloudSnapshot,
  CloudVolume,
  ClusterIdentity,
  LoadBalancerRequest,
  ServedCertificate,
} from "../../../account/cloud-port";

let addresses = 0;

/** An account in memory. Each of its load balancers has an address of its own on this machine. */
export class MemoryCloud implements CloudPort {
  public readonly users = new Map<string, ClusterIdentity>();
  public readonly loadBalancers = new Map<string, CloudLoadBalancer & LoadBalancerRequest>();
  /** The account's certificates by their ids. */
  public readonly certificates = new Map<string, CloudCertificate & ServedCertificate>();
  public readonly volumes = new Map<
    string,
    CloudVolume & { readonly clusterId: string; readonly snapshotId?: string | undefined }
  >();
  /** Droplet of each attached volume. */
  public readonly attachments = new Map<string, number>();
  /** Names of snapshots by their ids. */
  public readonly snapshots = new Map<string, CloudSnapshot & { readonly name: string }>();
  /** Volumes that a node has formatted. */
  public readonly formatted = new Set<string>();
  public readonly requests = new Map<string, number>();

  /** Lets a user in, and returns the token. */
  public addUser(username: string, groups: readonly string[]): string {
    const token = randomUUID();
    this.users.set(token, { username, uid: username, groups });
    return token;
  }

  public authenticate(_clusterId: string, token: string): ClusterIdentity | undefined {
    return this.users.get(token);
  }

  public ensureLoadBalancer(request: LoadBalancerRequest): CloudLoadBalancer {
    const existing = [...this.loadBalancers.values()].find(
      ({ serviceUid }) => serviceUid === request.serviceUid,
    );
    const { id, ip } = existing ?? { id: randomUUID(), ip: nextAddress() };
    const loadBalancer = { ...request, id, ip };
    this.loadBalancers.set(id, loadBalancer);
    return loadBalancer;
  }

  public certificateNamed(name: string): CloudCertificate | undefined {
    return [...this.certificates.values()].find((one) => one.name === name);
  }

  public certificate(id: string): CloudCertificate | undefined {
    return this.certificates.get(id);
  }

  public servedCertificate(id: string, port: number): ServedCertificate | undefined {
    const rules = this.loadBalancers.get(id)?.forwardingRules;
    const rule = rules?.find(({ entryPort }) => entryPort === port);
    return this.certificates.get(rule?.certificateId ?? "");
  }

  public deleteLoadBalancer(id: string): void {
    this.loadBalancers.delete(id);
  }

  public loadBalancersOf(clusterId: string): CloudLoadBalancer[] {
    return [...this.loadBalancers.values()].filter((one) => one.clusterId === clusterId);
  }

  public recordTraffic(id: string, { requests }: { requests: number; bytes: number }): void {
    this.requests.set(id, (this.requests.get(id) ?? 0) + requests);
  }

  public ensureVolume(request: {
    clusterId: string;
    name: string;
    sizeGiB: number;
    snapshotId?: string | undefined;
  }): CloudVolume {
    const existing = [...this.volumes.values()].find(({ name }) => name === request.name);
    const volume = existing ?? { ...request, id: randomUUID() };
    this.volumes.set(volume.id, volume);
    return volume;
  }

  public deleteVolume(id: string): void {
    if (this.attachments.has(id)) {
      throw new Error("attached volume cannot be deleted");
    }
    this.volumes.delete(id);
  }

  public attachVolume(id: string, dropletId: number): void {
    this.attachments.set(id, dropletId);
  }

  public detachVolume(id: string): void {
    this.attachments.delete(id);
  }

  public mountVolume(id: string, formats: boolean): void {
    if (!formats && !this.formatted.has(id)) {
      throw new Error("nothing is on it");
    }
    this.formatted.add(id);
  }

  public ensureSnapshot({ volumeId, name }: { volumeId: string; name: string }): CloudSnapshot {
    const sizeGiB = this.volumes.get(volumeId)?.sizeGiB ?? 0;
    const existing = [...this.snapshots.values()].find((one) => one.name === name);
    const snapshot = existing ?? {
      id: randomUUID(),
      name,
      sizeGiB,
      createdAt: "2026-01-01T00:00:00Z",
    };
    this.snapshots.set(snapshot.id, snapshot);
    return snapshot;
  }

  public findSnapshot(id: string): CloudSnapshot | undefined {
    return this.snapshots.get(id);
  }

  public deleteSnapshot(id: string): void {
    this.snapshots.delete(id);
  }

  public resizeVolume(id: string, sizeGiB: number): void {
    const volume = this.volumes.get(id);
    if (!volume) {
      throw new Error(`no volume ${id}`);
    }
    this.volumes.set(id, { ...volume, sizeGiB });
  }
}

/** Test files run in processes of their own, at the same time. */
function nextAddress(): string {
  addresses += 1;
  return `127.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 256}.${addresses}`;
}
