import type { AccountAccess } from "../core/account-access";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

/** As many as the API gives at once. */
const PER_PAGE = 200;

/** A list that is read. */
interface List {
  /** The end of the path. */
  readonly path: string;
  /** The answer's name of it. */
  readonly key: string;
  readonly scope: string;
}

const LISTS = {
  clusters: {
    path: "kubernetes/clusters",
    key: "kubernetes_clusters",
    scope: "kubernetes:read",
  },
  snapshots: { path: "snapshots", key: "snapshots", scope: "snapshot:read" },
  volumes: { path: "volumes", key: "volumes", scope: "block_storage:read" },
  domains: { path: "domains", key: "domains", scope: "domain:read" },
  "load balancers": {
    path: "load_balancers",
    key: "load_balancers",
    scope: "load_balancer:read",
  },
} as const satisfies Readonly<Record<string, List>>;

type Page<T> = Readonly<Record<string, readonly T[]>> & {
  readonly meta?: { readonly total?: number };
};

/**
 * Lists what the account has of a kind.
 *
 * @param filter - parameters of the query
 * @throws pulumi.RunError when the list cannot be read, or is shorter than its own count
 */
export function accountList<T>(
  access: AccountAccess,
  kind: keyof typeof LISTS,
  filter?: string,
): Promise<T[]> {
  return wholeList(access, kind, LISTS[kind], filter);
}

/** Lists the records of a domain. @throws pulumi.RunError likewise */
export function recordList<T>(access: AccountAccess, domain: string): Promise<T[]> {
  const path = `domains/${domain}/records`;
  return wholeList(access, "records", { path, key: "domain_records", scope: "domain:read" });
}

async function wholeList<T>(
  access: AccountAccess,
  kind: string,
  { path, key, scope }: List,
  filter?: string,
): Promise<T[]> {
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
