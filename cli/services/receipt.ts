import type { Client } from "./account";

/** What DigitalOcean has of one environment: names (or ids, of what has no name), by kind. */
export type Holdings = Readonly<Record<Kind, readonly string[]>>;
export const KINDS = [
  "clusters",
  "droplets",
  "load balancers",
  "volumes",
  "volume snapshots",
] as const;
export type Kind = (typeof KINDS)[number];

/** How an environment is recognized in an account. */
export interface Trace {
  /** Tags that its cluster has, all of them; its Droplets have them, too. */
  readonly tags: readonly string[];
  /** Clusters known to be its own: what their controllers made is tagged `k8s:<id>`. */
  readonly clusterIds: readonly string[];
}

const PAGE_SIZE = 200;

/** Ids of the clusters that have all of these tags. */
export async function clusterIdsTagged(client: Client, tags: readonly string[]): Promise<string[]> {
  return (await clusters(client))
    .filter((cluster) => hasAll(cluster.tags, tags))
    .map(({ id }) => id);
}

/** Asks the account for every kind of thing that an environment can leave behind. */
export async function holdings(client: Client, { tags, clusterIds }: Trace): Promise<Holdings> {
  const ofCluster = clusterIds.map((id) => `k8s:${id}`);
  const isOurs = (itsTags: readonly string[]) =>
    hasAll(itsTags, tags) || ofCluster.some((tag) => itsTags.includes(tag));
  const [allClusters, droplets, loadBalancers, volumes, snapshots] = await Promise.all([
    clusters(client),
    pages(
      async (page) =>
        (await client.droplet.listDroplets({ page, per_page: PAGE_SIZE })).data.droplets,
    ),
    pages(
      async (page) =>
        (await client.loadBalancer.listLoadBalancers({ page, per_page: PAGE_SIZE })).data
          .load_balancers,
    ),
    pages(
      async (page) => (await client.volume.listVolumes({ page, per_page: PAGE_SIZE })).data.volumes,
    ),
    pages(
      async (page) =>
        (
          await client.snapshot.listSnapshots({
            page,
            per_page: PAGE_SIZE,
            resource_type: "volume",
          })
        ).data.snapshots,
    ),
  ]);
  return {
    clusters: allClusters
      .filter((cluster) => clusterIds.includes(cluster.id) || hasAll(cluster.tags, tags))
      .map(({ name }) => name),
    droplets: namesOf(droplets, isOurs),
    "load balancers": namesOf(loadBalancers, isOurs),
    volumes: namesOf(volumes, isOurs),
    "volume snapshots": namesOf(snapshots, isOurs),
  };
}

/** How many things there are in all. */
export function countOf(found: Holdings): number {
  return KINDS.reduce((sum, kind) => sum + found[kind].length, 0);
}

function clusters(client: Client) {
  return pages(
    async (page) =>
      (await client.kubernetes.listKubernetesClusters({ page, per_page: PAGE_SIZE })).data
        .kubernetes_clusters,
  );
}

/** All pages of a list: the last one is the first that is not full. */
async function pages<T>(get: (page: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const items = await get(page);
    all.push(...items);
    if (items.length < PAGE_SIZE) {
      return all;
    }
  }
}

/** The client's types leave `tags` out of some kinds and `null` into others. */
function namesOf(items: readonly object[], isOurs: (tags: readonly string[]) => boolean): string[] {
  return items
    .map((item) => item as { id: string | number; name?: string; tags?: string[] | null })
    .filter(({ tags }) => isOurs(tags ?? []))
    .map(({ id, name }) => name ?? String(id));
}

function hasAll(tags: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length > 0 && wanted.every((tag) => tags.includes(tag));
}
