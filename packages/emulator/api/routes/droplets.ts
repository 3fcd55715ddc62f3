import type { Account } from "../../account/account";
import type { Droplet } from "../../account/entities";
import { badRequest, notFound } from "../../account/errors";
import { regionBody } from "../../account/offers/regions";
import { sizeOf } from "../../account/offers/sizes";
import { pageBody } from "../pagination";
import { required } from "../query";
import { type ApiRequest, noContent, ok, type Route, route } from "../router";
import { sizeBody } from "./offers";

/** Droplets can be listed and deleted, but not created: each is a node that its cluster created. */
export function dropletRoutes(account: Account): Route[] {
  const { droplets, store } = account;
  const dropletOf = (request: ApiRequest): Droplet => {
    const id = request.param("droplet_id");
    if (!/^\d+$/.test(id)) {
      throw notFound();
    }
    return droplets.get(Number(id));
  };
  const show = (droplet: Droplet) => {
    const volumes = store.volumes.all().filter(({ dropletIds }) => dropletIds.includes(droplet.id));
    return dropletBody(
      droplet,
      volumes.map(({ id }) => id),
    );
  };
  return [
    route("GET", "/v2/droplets", (request) => {
      const tag = request.query.get("tag_name") ?? undefined;
      const name = request.query.get("name") ?? undefined;
      if (tag !== undefined && name !== undefined) {
        throw badRequest("tag_name and name cannot be combined");
      }
      const isGpu = request.query.get("type") === "gpus";
      const found = isGpu ? [] : droplets.list({ tag, name });
      return ok(pageBody(request, "droplets", found, show));
    }),
    route("GET", "/v2/droplets/{droplet_id}", (request) =>
      ok({ droplet: show(dropletOf(request)) }),
    ),
    route("DELETE", "/v2/droplets/{droplet_id}", (request) => {
      replaceNode(account, dropletOf(request));
      return noContent();
    }),
    route("DELETE", "/v2/droplets", (request) => {
      const tag = account.tags.get(required(request, "tag_name"));
      for (const droplet of droplets.list({ tag })) {
        replaceNode(account, droplet);
      }
      return noContent();
    }),
  ];
}

/** Kubernetes replaces a node whose Droplet was deleted. */
function replaceNode({ clusters, nodePools, droplets }: Account, droplet: Droplet): void {
  const cluster = clusters.get(droplet.clusterId);
  const pool = cluster.nodePools.find(({ nodes }) => nodes.some(({ id }) => id === droplet.nodeId));
  const node = pool?.nodes.find(({ id }) => id === droplet.nodeId);
  droplets.remove(droplet.id);
  if (pool && node && node.state !== "deleting") {
    nodePools.deleteNode(cluster, pool.id, node.id, true);
  }
}

function dropletBody(droplet: Droplet, volumeIds: readonly string[]) {
  const size = sizeOf(droplet.size);
  return {
    id: droplet.id,
    name: droplet.name,
    memory: size.memoryMiB,
    vcpus: size.vcpus,
    disk: size.diskGiB,
    diskInfo: [{ type: "local", size: { amount: size.diskGiB, unit: "gib" } }],
    locked: false,
    status: droplet.status,
    kernel: null,
    createdAt: droplet.createdAt,
    features: ["monitoring", "droplet_agent", "private_networking"],
    backupIds: [],
    nextBackupWindow: null,
    snapshotIds: [],
    image: {
      id: 154_800_000,
      name: "do-kube",
      distribution: "Debian",
      slug: null,
      public: false,
      regions: [droplet.region],
      createdAt: droplet.createdAt,
      minDiskSize: 0,
      type: "snapshot",
      sizeGigabytes: 2.5,
      description: "",
      tags: [],
      status: "available",
    },
    volumeIds,
    size: sizeBody(size),
    sizeSlug: size.slug,
    networks: {
      v4: [
        {
          ipAddress: droplet.privateIp,
          netmask: "255.255.240.0",
          gateway: droplet.privateIp.replace(/\.\d+\.\d+$/, ".0.1"),
          type: "private",
        },
        {
          ipAddress: droplet.publicIp,
          netmask: "255.255.255.0",
          gateway: "203.0.113.1",
          type: "public",
        },
      ],
      v6: [],
    },
    region: regionBody(droplet.region),
    tags: droplet.tags,
    vpcUuid: droplet.vpcUuid,
  };
}
