import { z } from "zod";
import type { Account } from "../../account/account";
import type { NodePool } from "../../account/entities";
import { nodePoolCreateRequest, nodePoolUpdateRequest } from "../../account/requests";
import { workerTags } from "../../account/tags";
import { flag } from "../query";
import { type ApiRequest, accepted, created, noContent, ok, type Route, route } from "../router";

const POOLS = "/v2/kubernetes/clusters/{cluster_id}/node_pools";
const POOL = `${POOLS}/{node_pool_id}`;
const recycleRequest = z.object({ nodes: z.array(z.string()) });

export function nodePoolRoutes({ clusters, nodePools }: Account): Route[] {
  const clusterOf = (request: ApiRequest) => clusters.get(request.param("cluster_id"));
  return [
    route("GET", POOLS, (request) => {
      const cluster = clusterOf(request);
      return ok({ nodePools: cluster.nodePools.map((pool) => nodePoolBody(cluster.id, pool)) });
    }),
    route("POST", POOLS, (request) => {
      const cluster = clusterOf(request);
      const pool = nodePools.create(cluster, request.body(nodePoolCreateRequest));
      return created({ nodePool: nodePoolBody(cluster.id, pool) });
    }),
    route("GET", POOL, (request) => {
      const cluster = clusterOf(request);
      const pool = nodePools.get(cluster, request.param("node_pool_id"));
      return ok({ nodePool: nodePoolBody(cluster.id, pool) });
    }),
    route("PUT", POOL, (request) => {
      const cluster = clusterOf(request);
      const { id } = nodePools.get(cluster, request.param("node_pool_id"));
      const pool = nodePools.update(cluster, id, request.body(nodePoolUpdateRequest));
      return accepted({ nodePool: nodePoolBody(cluster.id, pool) });
    }),
    route("DELETE", POOL, (request) => {
      nodePools.delete(clusterOf(request), request.param("node_pool_id"));
      return noContent();
    }),
    route("DELETE", `${POOL}/nodes/{node_id}`, (request) => {
      nodePools.deleteNode(
        clusterOf(request),
        request.param("node_pool_id"),
        request.param("node_id"),
        flag(request, "replace"),
      );
      return accepted();
    }),
    route("POST", `${POOL}/recycle`, (request) => {
      const poolId = nodePools.get(clusterOf(request), request.param("node_pool_id")).id;
      for (const nodeId of request.body(recycleRequest).nodes) {
        nodePools.deleteNode(clusterOf(request), poolId, nodeId, true);
      }
      return accepted();
    }),
  ];
}

export function nodePoolBody(clusterId: string, pool: NodePool) {
  const { deleting: _, ...fields } = pool;
  return {
    ...fields,
    tags: workerTags(clusterId, pool.tags),
    labels: Object.keys(pool.labels).length > 0 ? pool.labels : null,
    nodes: pool.nodes.map(({ state, dropletId, ...node }) => ({
      ...node,
      status: { state },
      dropletId: dropletId === null ? "" : String(dropletId),
    })),
  };
}
