import type { CloudPort } from "./cloud-port";
import type { Credentials } from "./credentials";
import type { LoadBalancers } from "./load-balancers";
import type { Store } from "./store";
import { clusterTag } from "./tags";
import type { TrafficLog } from "./traffic";
import type { Volumes } from "./volumes";

export interface CloudServices {
  readonly store: Store;
  readonly credentials: Credentials;
  readonly loadBalancers: LoadBalancers;
  readonly volumes: Volumes;
  readonly traffic: TrafficLog;
}

/** The account as the controllers inside its clusters see it. */
export function createCloudPort(services: CloudServices): CloudPort {
  const { store, credentials, loadBalancers, volumes, traffic } = services;
  return {
    authenticate: (clusterId, token) => credentials.identify(clusterId, token),

    ensureLoadBalancer: (request) => loadBalancers.ensure(request),
    deleteLoadBalancer: (id) => {
      if (store.loadBalancers.find(id)) {
        loadBalancers.delete(id);
      }
    },
    loadBalancersOf: (clusterId) => loadBalancers.ofCluster(clusterId),
    recordTraffic: (loadBalancerId, served) => traffic.record(loadBalancerId, served),

    ensureVolume: ({ clusterId, name, sizeGiB, region, description }) => {
      const volume =
        volumes.list({ name, region })[0] ??
        volumes.create({
          name,
          region,
          description,
          sizeGigabytes: sizeGiB,
          tags: [clusterTag(clusterId)],
        });
      return { id: volume.id, name: volume.name, sizeGiB: volume.sizeGigabytes };
    },
    deleteVolume: (id) => {
      if (store.volumes.find(id)) {
        volumes.delete(id);
      }
    },
    attachVolume: (id, dropletId) => {
      if (!volumes.get(id).dropletIds.includes(dropletId)) {
        volumes.attach(id, dropletId);
      }
    },
    detachVolume: (id, dropletId) => {
      if (store.volumes.find(id)?.dropletIds.includes(dropletId)) {
        volumes.detach(id, dropletId);
      }
    },
    resizeVolume: (id, sizeGiB) => {
      if (sizeGiB > volumes.get(id).sizeGigabytes) {
        volumes.resize(id, sizeGiB);
      }
    },
  };
}
