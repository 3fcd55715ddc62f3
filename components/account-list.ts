import type { AccountAccess } from "../core/account-access";
import type { NamedRecord } from "../core/rules/domain-name";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";

/** The API's maximum page size. */
const PER_PAGE = 200;

interface Named {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

interface Kinds {
  readonly clusters: Named & {
    readonly region: string;
    readonly cluster_subnet: string;
    readonly service_subnet: string;
    readonly registry_enabled?: boolean;
    readonly status: { readonly state: string };
    readonly node_pools: readonly {
      readonly size: string;
      readonly count: number;
      readonly auto_scale?: boolean;
      readonly max_nodes?: number;
    }[];
  };
  readonly snapshots: Named;
  readonly volumes: Named;
  readonly domains: { readonly name: string };
  readonly records: NamedRecord & { readonly name: string };
  readonly "load balancers": Named & { readonly ip?: string };
}

const LISTS = {
  clusters: { path: "kubernetes/clusters", key: "kubernetes_clusters", scope: "kubernetes:read" },
  snapshots: { path: "snapshots?resource_type=volume", key: "snapshots", scope: "snapshot:read" },
  volumes: { path: "volumes", key: "volumes", scope: "block_storage:read" },
  domains: { path: "domains", key: "domains", scope: "domain:read" },
  records: { path: "domains/{domain}/records", key: "domain_records", scope: "domain:read" },
  "load balancers": { path: "load_balancers", key: "load_balancers", scope: "load_balancer:read" },
};

type Page<T> = Readonly<Record<string, readonly T[]>> & {
  readonly meta?: { readonly total?: number };
};

/**
 * Lists the account's resources of a kind.
 *
 * @param domain - the domain of records
 * @throws pulumi.RunError when the list cannot be read, or has fewer items than its own count
 */
export async function accountList<Kind extends keyof Kinds>(
  access: AccountAccess,
  kind: Kind,
  domain = "",
): Promise<Kinds[Kind][]> {
  const { path, key, scope } = LISTS[kind];
  const url = `/v2/${path.replace("{domain}", domain)}${path.includes("?") ? "&" : "?"}`;
  const items: Kinds[Kind][] = [];
  for (let page = 1; ; page += 1) {
    const query = `page=${page}&per_page=${PER_PAGE}`;
    const answer = await askDigitalOcean<Page<Kinds[Kind]>>(access, `${url}${query}`, {
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
