import type { AccountAccess } from "../core/account-access";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

const WANTED = { what: "the account's clusters", scope: "kubernetes:read" };
/** As many as the API gives at once. */
const PER_PAGE = 200;

interface Page<T> {
  readonly kubernetes_clusters: readonly T[];
  readonly meta?: { readonly total?: number };
}

/**
 * Lists the account's clusters.
 *
 * @throws pulumi.RunError when the list cannot be read, or is shorter than its own count
 */
export async function accountClusters<T>(access: AccountAccess): Promise<T[]> {
  const clusters: T[] = [];
  for (let page = 1; ; page += 1) {
    const path = `/v2/kubernetes/clusters?page=${page}&per_page=${PER_PAGE}`;
    const answer = await askDigitalOcean<Page<T>>(access, path, WANTED);
    clusters.push(...answer.kubernetes_clusters);
    if (answer.kubernetes_clusters.length < PER_PAGE) {
      const { total = clusters.length } = answer.meta ?? {};
      if (total !== clusters.length) {
        throw fault(
          `DigitalOcean lists ${clusters.length} of the account's ${total} clusters`,
          "try again in a minute",
        );
      }
      return clusters;
    }
  }
}
