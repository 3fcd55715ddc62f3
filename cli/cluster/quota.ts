import type { ClusterClient } from "./client";
import type { QuotaUse } from "./diagnosis";

/** The quota of every environment; a namespace may have others. */
const QUOTA = "environment";

/**
 * Returns the namespace's use of its quota, by name of the resource.
 *
 * @throws {UserError} when the cluster cannot be reached
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
