/** The scopes for everything except the reaper: all of `kubernetes`, of the resources that keep data, and of `tag`. */
export const SCOPES =
  "account:read, kubernetes, droplet:read, load_balancer:read, block_storage, block_storage_action, block_storage_snapshot, snapshot, image:delete, registry:read, sizes:read, regions:read, tag";

/** Further scopes with the setting `domain`; a stack that sets a domain up also needs `certificate`. */
export const NAME_SCOPES = "domain, certificate:read";

/** Further scopes for `doks-env reap`, which reads measurements and deletes orphaned resources. */
export const REAPER_SCOPES = "monitoring:read, droplet:delete, load_balancer:delete";

/**
 * The scopes of the used routes; the first matching route counts. Source: `security` in DigitalOcean's OpenAPI description.
 */
const ROUTES = [
  [/^GET \/v2\/account/, "account:read"],
  [/^GET \/v2\/sizes/, "sizes:read (with regions:read)"],
  [/^GET \/v2\/kubernetes\/clusters\/[^/]+\/credentials/, "kubernetes:access_cluster"],
  [/^GET \/v2\/kubernetes\//, "kubernetes:read"],
  [/^DELETE \/v2\/kubernetes\//, "kubernetes:delete"],
  [/^GET \/v2\/droplets/, "droplet:read"],
  [/^GET \/v2\/load_balancers/, "load_balancer:read"],
  [/^GET \/v2\/volumes\/[^/]+\/actions/, "block_storage_action:read"],
  [/^POST \/v2\/volumes\/[^/]+\/actions/, "block_storage_action:create"],
  [/^POST \/v2\/volumes\/[^/]+\/snapshots/, "block_storage_snapshot:create"],
  [/^POST \/v2\/volumes/, "block_storage:create"],
  [/^GET \/v2\/tags/, "tag:read"],
  [/^POST \/v2\/tags/, "tag:create"],
  [/^DELETE \/v2\/tags/, "tag:delete"],
  [/^GET \/v2\/volumes/, "block_storage:read"],
  [/^GET \/v2\/snapshots\//, "snapshot:read (with block_storage_snapshot:read)"],
  [/^GET \/v2\/snapshots/, "snapshot:read"],
  [/^GET \/v2\/certificates/, "certificate:read"],
  [/^GET \/v2\/domains/, "domain:read"],
  [/^GET \/v2\/registries/, "registry:read"],
  [/^GET \/v2\/monitoring\//, "monitoring:read"],
  [/^DELETE \/v2\/droplets/, "droplet:delete"],
  [/^DELETE \/v2\/load_balancers/, "load_balancer:delete"],
  [/^DELETE \/v2\/volumes/, "block_storage:delete"],
  [/^DELETE \/v2\/snapshots/, "snapshot:delete (with image:delete)"],
] as const;

/** Returns the scope that a request needs, if its route determines it. */
export function scopeOf(method: string, path: string): string | undefined {
  return ROUTES.find(([route]) => route.test(`${method} ${path}`))?.[1];
}
