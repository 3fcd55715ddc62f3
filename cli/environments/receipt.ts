import type { DigitalOcean } from "../account/digitalocean";
import type { ClusterObject } from "../shared-clusters/cluster-objects";
import type { Residence } from "../shared-clusters/residence";

/** Every kind of thing that an environment can leave behind: in a cluster that is not its own, and in the account. */
export const KINDS = [
  "namespaces",
  "clusters",
  "droplets",
  "load balancers",
  "volumes",
  "volume snapshots",
] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that DigitalOcean has of an environment. */
export interface Leftover {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  /** The command that removes it. */
  readonly removal: string;
}

/** How an environment is recognized in an account. */
export interface Trace {
  /** Tags that its cluster has, all of them; its Droplets have them, too. */
  readonly tags: readonly string[];
  /** Clusters known to be its own: what their controllers made is tagged `k8s:<id>`. */
  readonly clusterIds: readonly string[];
  /** Where it lives when that is no cluster of its own. */
  readonly residence?: Residence;
}

/** What things of all kinds have in common. */
interface Thing {
  readonly id: string | number;
  readonly name?: string;
  readonly tags?: readonly string[] | null;
}

/** @see https://docs.digitalocean.com/reference/doctl/reference/ */
const REMOVALS: Readonly<Record<Kind, (id: string) => string>> = {
  namespaces: (id) => `kubectl delete namespace ${id}`,
  clusters: (id) => `doctl kubernetes cluster delete ${id} --dangerous`,
  droplets: (id) => `doctl compute droplet delete ${id}`,
  "load balancers": (id) => `doctl compute load-balancer delete ${id}`,
  volumes: (id) => `doctl compute volume delete ${id}`,
  "volume snapshots": (id) => `doctl compute snapshot delete ${id}`,
};

/** Ids of the clusters that have all of these tags. */
export async function clusterIdsTagged(
  account: DigitalOcean,
  tags: readonly string[],
): Promise<string[]> {
  const clusters = await account.clusters();
  return clusters.filter((cluster) => hasAll(cluster.tags, tags)).map(({ id }) => id);
}

/**
 * Asks for every kind of thing that an environment can leave behind, in the order of {@link KINDS}.
 *
 * @throws {UserError} when any of it cannot be read: an unread account is not an empty one
 */
export async function leftovers(account: DigitalOcean, trace: Trace): Promise<Leftover[]> {
  const { tags, clusterIds, residence } = trace;
  const ofCluster = clusterIds.map((id) => `k8s:${id}`);
  const isOurs = (thing: Thing) => {
    const its = thing.tags ?? [];
    return (
      hasAll(its, tags) ||
      ofCluster.some((tag) => its.includes(tag)) ||
      (residence !== undefined && isOfResidence(thing, residence))
    );
  };
  const requests = [
    namespaceLeft(residence),
    account.clusters(),
    account.droplets(),
    account.loadBalancers(),
    account.volumes(),
    account.volumeSnapshots(),
  ] as const;
  // When one fails, none of the others shall go on being repeated in the background.
  await Promise.allSettled(requests);
  const [namespaces, clusters, ...others] = await Promise.all(requests);
  const ours: readonly (readonly Thing[])[] = [
    namespaces,
    clusters.filter((cluster) => clusterIds.includes(cluster.id) || hasAll(cluster.tags, tags)),
    ...others.map((things: readonly Thing[]) => things.filter(isOurs)),
  ];
  return KINDS.flatMap((kind, index) =>
    (ours[index] ?? []).map((thing) => {
      const id = String(thing.id);
      return { kind, id, name: thing.name ?? id, removal: REMOVALS[kind](id) };
    }),
  );
}

/** Others' things bear the tag of a shared cluster, too, and its namespaces' Services can say any id. */
function isOfResidence({ id, tags }: Thing, { clusterId, belongings }: Residence): boolean {
  return (tags ?? []).includes(`k8s:${clusterId}`) && belongings.includes(String(id));
}

async function namespaceLeft(residence: Residence | undefined): Promise<readonly Thing[]> {
  const { namespace: name = "", objects } = residence ?? {};
  const found = await objects?.find<ClusterObject>(`/api/v1/namespaces/${name}`);
  return found === undefined ? [] : [{ id: name }];
}

function hasAll(tags: readonly string[], wanted: readonly string[]): boolean {
  return wanted.length > 0 && wanted.every((tag) => tags.includes(tag));
}
