import { unscoped } from "../account/errors";
import type { Grant } from "./authentication";
import type { Method, Route } from "./router";

/** The action in a scope, by HTTP method. */
const ACTIONS: Readonly<Record<Method, string>> = {
  GET: "read",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "delete",
};

/** The resource in a scope, by path prefix. The longest matching prefix applies. */
const RESOURCES: Readonly<Record<string, string>> = {
  "/v2/account": "account",
  "/v2/certificates": "certificate",
  "/v2/customers": "billing",
  "/v2/domains": "domain",
  "/v2/droplets": "droplet",
  "/v2/kubernetes": "kubernetes",
  "/v2/load_balancers": "load_balancer",
  "/v2/monitoring": "monitoring",
  "/v2/projects": "project",
  "/v2/regions": "regions",
  "/v2/registries": "registry",
  "/v2/registry": "registry",
  "/v2/sizes": "sizes",
  "/v2/snapshots": "snapshot",
  "/v2/tags": "tag",
  "/v2/volumes": "block_storage",
  "/v2/volumes/actions": "block_storage_action",
  "/v2/volumes/snapshots": "block_storage_snapshot",
  "/v2/volumes/{volume_id}/actions": "block_storage_action",
  "/v2/volumes/{volume_id}/snapshots": "block_storage_snapshot",
  "/v2/vpcs": "vpc",
};

const CLUSTER = "/v2/kubernetes/clusters/{cluster_id}";
const POOL = `${CLUSTER}/node_pools/{node_pool_id}`;

/** Routes whose scopes differ from those of their method and path. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  "POST /v2/domains/{domain_name}/records": ["domain:create", "domain:update"],
  "DELETE /v2/domains/{domain_name}/records/{domain_record_id}": ["domain:delete", "domain:update"],
  "GET /v2/sizes": ["sizes:read", "regions:read"],
  "GET /v2/snapshots/{snapshot_id}": ["snapshot:read", "block_storage_snapshot:read"],
  "DELETE /v2/snapshots/{snapshot_id}": ["image:delete", "snapshot:delete"],
  [`GET ${CLUSTER}/credentials`]: ["kubernetes:access_cluster"],
  [`GET ${CLUSTER}/kubeconfig`]: ["kubernetes:access_cluster"],
  [`POST ${CLUSTER}/upgrade`]: ["kubernetes:update"],
  [`POST ${CLUSTER}/node_pools`]: ["kubernetes:update"],
  [`DELETE ${POOL}`]: ["kubernetes:update"],
  [`DELETE ${POOL}/nodes/{node_id}`]: ["kubernetes:update"],
  [`POST ${POOL}/recycle`]: ["kubernetes:delete"],
  ...forBoth(["/v2/kubernetes/registries", "/v2/kubernetes/registry"], (path) => ({
    [`POST ${path}`]: ["kubernetes:create", "kubernetes:update"],
    [`DELETE ${path}`]: ["kubernetes:update"],
  })),
  ...forBoth(["/v2/projects/default", "/v2/projects/{project_id}"], (path) => ({
    [`POST ${path}/resources`]: ["project:assign_resource"],
  })),
  "GET /v2/registry/docker-credentials": ["registry:read", "registry:update"],
  "GET /v2/registries/{registry_name}/docker-credentials": ["registry:read", "registry:update"],
  ...forBoth(["/v2/registries", "/v2/registry"], (path) => ({
    [`POST ${path}/subscription`]: ["registry:update"],
    [`POST ${path}/{registry_name}/garbage-collection`]: ["registry:update"],
  })),
};

/**
 * Returns all scopes that a token needs for a route.
 * @see `security` of each operation in DigitalOcean's OpenAPI, with which a test compares this. What that calls `api:read`
 *   and `api:write` is full access, which needs no scope.
 */
export function scopesOf(method: Method, path: string): readonly string[] {
  const [resource] = Object.keys(RESOURCES)
    .filter((start) => path === start || path.startsWith(`${start}/`))
    .sort((a, b) => b.length - a.length);
  if (resource === undefined) {
    throw new Error(`the scopes of ${method} ${path} are not known`);
  }
  return EXCEPTIONS[`${method} ${path}`] ?? [`${RESOURCES[resource]}:${ACTIONS[method]}`];
}

/** @throws ApiError 403 if a token lacks a scope that a route needs */
export function checkScopes({ scopes }: Grant, { method, path }: Route): void {
  if (scopes && !scopesOf(method, path).every((scope) => scopes.includes(scope))) {
    throw unscoped();
  }
}

/** The same scopes for the two paths of a resource. */
function forBoth(
  paths: readonly [string, string],
  scopes: (path: string) => Record<string, readonly string[]>,
): Record<string, readonly string[]> {
  return { ...scopes(paths[0]), ...scopes(paths[1]) };
}
