import type { AccountAccess } from "../core/account-access";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

/** As many as the API gives at once. */
const PER_PAGE = 200;

/** The lists that are read: the path's end, what the answer calls it, what errors call it, and the scope. */
const LISTS = {
  clusters: {
    path: "kubernetes/clusters",
    key: "kubernetes_clusters",
    scope: "kubernetes:read",
  },
  snapshots: { path: "snapshots", key: "snapshots", scope: "snapshot:read" },
  volumes: { path: "volumes", key: "volumes", scope: "block_storage:read" },
} as const;

type Page<T> = Readonly<Record<string, readonly T[]>> & {
  readonly meta?: { readonly total?: number };
};

/**
 * Lists what the account has of a kind.
 *
 * @param filter - parameters of the query
 * @throws pulumi.RunError when the list cannot be read, or is shorter than its own count
 */
export async function accountList<T>(
  access: AccountAccess,
  kind: keyof typeof LISTS,
  filter?: string,
): Promise<T[]> {
  const { path, key, scope } = LISTS[kind];
  const items: T[] = [];
  for (let page = 1; ; page += 1) {
    const query = [`page=${page}`, `per_page=${PER_PAGE}`, ...(filter ? [filter] : [])].join("&");
    const answer = await askDigitalOcean<Page<T>>(access, `/v2/${path}?${query}`, {
      what: `the account's ${kind}`,
      scope,
    });
    const found = answer[key] ?? [];
    items.push(...found);
    if (found.length < PER_PAGE) {
      const { total = items.length } = answer.meta ?? {};
      if (total !== items.length) {
        throw fault(
          `DigitalOcean lists ${items.length} of the account's ${total} ${kind}`,
          "try again in a minute",
        );
      }
      return items;
    }
  }
}
