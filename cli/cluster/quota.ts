import type { ClusterClient } from "./client";
import type { QuotaUse } from "./diagnosis";

/** The quota that every environment has; there may be others. */
const QUOTA = "environment";

/**
 * The namespace's use of its quota, by name of the resource.
 *
 * @throws {UserError} when the cluster cannot be asked
 */
export async function readQuota(client: ClusterClient, namespace: string): Promise<QuotaUse[]> {
  const quotas = await client.list("ResourceQuota", namespace, `metadata.name=${QUOTA}`);
  return quotas
    .flatMap(({ status: { hard = {}, used = {} } = {} }) =>
      Object.entries(hard).map(([resource, most]) => ({
        resource,
        used: used[resource] ?? "0",
        hard: most,
      })),
    )
    .sort((a, b) => a.resource.localeCompare(b.resource));
}
