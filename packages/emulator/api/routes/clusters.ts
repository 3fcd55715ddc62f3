import { z } from "zod";
import type { Account } from "../../account/account";
import { type Cluster, clusterSwitches } from "../../account/entities";
import { badRequest } from "../../account/errors";
import { upgradesFrom } from "../../account/offers/versions";
import { clusterCreateRequest, clusterUpdateRequest } from "../../account/requests";
import { clusterTags } from "../../account/tags";
import { pageBody } from "../pagination";
import { accepted, created, noContent, ok, type Route, route } from "../router";
import { nodePoolBody } from "./node-pools";

const CLUSTERS = "/v2/kubernetes/clusters";
const CLUSTER = `${CLUSTERS}/{cluster_id}`;
const upgradeRequest = z.object({ version: z.string() });

export function clusterRoutes({ clusters }: Account): Route[] {
  return [
    route("GET", CLUSTERS, (request) =>
      ok(pageBody(request, "kubernetesClusters", clusters.list(), clusterBody)),
    ),
    route("POST", CLUSTERS, (request) => {
      const cluster = clusters.create(request.body(clusterCreateRequest));
      return created({ kubernetesCluster: writtenBody(cluster) });
    }),
    route("GET", CLUSTER, (request) =>
      ok({ kubernetesCluster: clusterBody(clusters.get(request.param("cluster_id"))) }),
    ),
    route("PUT", CLUSTER, (request) => {
      const id = clusters.get(request.param("cluster_id")).id;
      const cluster = clusters.update(id, request.body(clusterUpdateRequest));
      return accepted({ kubernetesCluster: writtenBody(cluster) });
    }),
    route("DELETE", CLUSTER, (request) => {
      clusters.delete(request.param("cluster_id"));
      return noContent();
    }),
    route("GET", `${CLUSTER}/upgrades`, (request) => {
      const { version } = clusters.get(request.param("cluster_id"));
      return ok({ availableUpgradeVersions: upgradesFrom(version) });
    }),
    route("POST", `${CLUSTER}/upgrade`, (request) => {
      const id = clusters.get(request.param("cluster_id")).id;
      clusters.upgrade(id, request.body(upgradeRequest).version);
      return accepted();
    }),
    route("GET", `${CLUSTER}/status_messages`, (request) => {
      const since = Date.parse(request.query.get("since") ?? "1970-01-01T00:00:00Z");
      if (Number.isNaN(since)) {
        throw badRequest("since must be a time such as 2026-01-02T15:04:05Z");
      }
      const { statusMessages } = clusters.get(request.param("cluster_id"));
      return ok({
        messages: statusMessages.filter(({ timestamp }) => Date.parse(timestamp) >= since),
      });
    }),
  ];
}

/** A cluster as the answer to a change shows it. */
function writtenBody(cluster: Cluster) {
  const { registries: _, ...body } = clusterBody(cluster);
  return body;
}

function clusterBody(cluster: Cluster) {
  const { id, switches, state, stateMessage, endpoint } = cluster;
  const { statusMessages: _, certificateAuthorityData: _ca, fault: _fault, ...shown } = cluster;
  const { switches: _switches, state: _state, stateMessage: _message, ...fields } = shown;
  return {
    ...fields,
    ...Object.fromEntries(clusterSwitches.map((name) => [name, { enabled: switches[name] }])),
    // A highly available control plane has no address of its own, as DigitalOcean's OpenAPI says.
    ipv4: cluster.ha || endpoint === "" ? "" : new URL(endpoint).hostname,
    tags: clusterTags(id, cluster.tags),
    nodePools: cluster.nodePools.map((pool) => nodePoolBody(id, pool)),
    maintenancePolicy: { ...cluster.maintenancePolicy, duration: "4h0m0s" },
    isolatedWorkers: false,
    registryEnabled: cluster.registries.length > 0,
    status: { state, ...(stateMessage && { message: stateMessage }) },
  };
}
