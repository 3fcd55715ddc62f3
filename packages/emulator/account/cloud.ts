import type { Certificates } from "./certificates";
import type { CloudPort, CloudSnapshot } from "./cloud-port";
import type { Credentials } from "./credentials";
import type { VolumeSnapshot } from "./entities";
import type { LoadBalancers } from "./load-balancers";
import type { Store } from "./store";
import { clusterTag, type Tags } from "./tags";
import type { TrafficLog } from "./traffic";
import type { Volumes } from "./volumes";

export interface CloudServices {
  readonly store: Store;
  readonly credentials: Credentials;
  readonly certificates: Certificates;
  readonly loadBalancers: LoadBalancers;
  readonly volumes: Volumes;
  readonly tags: Tags;
  readonly traffic: TrafficLog;
}

/** The account's interface for the controllers inside its clusters. */
export function createCloudPort(services: CloudServices): CloudPort {
  const { store, credentials, certificates, loadBalancers, volumes, tags, traffic } = services;
  const growTo = (id: string, sizeGiB: number) => {
    if (sizeGiB > volumes.get(id).sizeGigabytes) {
      volumes.resize(id, sizeGiB);
    }
  };
  return {
    authenticate: (clusterId, token) => credentials.identify(clusterId, token),

    certificateNamed: (name) => certificates.list(name)[0],
    certificate: (id) => certificates.find(id),
    servedCertificate: (loadBalancerId, port) => {
      const rules = store.loadBalancers.find(loadBalancerId)?.forwardingRules;
      const rule = rules?.find(({ entryPort }) => entryPort === port);
      const certificate = certificates.find(rule?.certificateId ?? "");
      return certificate && { cert: certificate.chain, key: certificate.privateKey };
    },

    ensureLoadBalancer: (request) => loadBalancers.ensure(request),
    deleteLoadBalancer: (id) => {
      if (store.loadBalancers.find(id)) {
        loadBalancers.delete(id);
      }
    },
    loadBalancersOf: (clusterId) => loadBalancers.ofCluster(clusterId),
    recordTraffic: (loadBalancerId, served) => traffic.record(loadBalancerId, served),

    ensureVolume: ({ clusterId, name, sizeGiB, region, description, snapshotId }) => {
      const { id } =
        volumes.list({ name, region })[0] ??
        volumes.create({
          name,
          region,
          description,
          sizeGigabytes: sizeGiB,
          snapshotId,
          tags: [clusterTag(clusterId)],
        });
      growTo(id, sizeGiB);
      const volume = volumes.get(id);
      return { id: volume.id, name: volume.name, sizeGiB: volume.sizeGigabytes };
    },
    deleteVolume: (id) => {
      if (store.volumes.find(id)) {
        volumes.delete(id);
      }
    },
    attachVolume: (id, dropletId, clusterId) => {
      // Source: csi-digitalocean, driver/controller.go (tagVolume); the emulator assumes that DOKS runs the driver with this tag.
      tags.assign(clusterTag(clusterId), "volume", id, true);
      if (!volumes.get(id).dropletIds.includes(dropletId)) {
        volumes.attach(id, dropletId);
      }
    },
    mountVolume: (id, formats) => volumes.mount(id, formats),
    detachVolume: (id, dropletId) => {
      if (store.volumes.find(id)?.dropletIds.includes(dropletId)) {
        volumes.detach(id, dropletId);
      }
    },
    resizeVolume: growTo,

    ensureSnapshot: ({ clusterId, volumeId, name }) =>
      snapshotOf(
        volumes.snapshots(volumeId).find((one) => one.name === name) ??
          volumes.takeSnapshot(volumeId, name, [clusterTag(clusterId)]),
      ),
    findSnapshot: (id) => {
      const snapshot = store.volumeSnapshots.find(id);
      return snapshot && snapshotOf(snapshot);
    },
    deleteSnapshot: (id) => {
      if (store.volumeSnapshots.find(id)) {
        volumes.deleteSnapshot(id);
      }
    },
  };
}

function snapshotOf({ id, createdAt, minDiskSize }: VolumeSnapshot): CloudSnapshot {
  return { id, createdAt, sizeGiB: minDiskSize };
}
