import { dataTag, isKeptVolume } from "../../core/data/kept-claim";
import { idTag } from "../../core/digitalocean-tags";
import type { DigitalOcean } from "../account/digitalocean";
import type { DomainRecord } from "../account/resources";
import type { ClusterObject } from "../shared-clusters/cluster-objects";
import type { SharedNamespace } from "../shared-clusters/shared-namespace";
import type { OwnedHost } from "../stacks/owned-in-state";
import type { LeftRecord } from "./left-record";

/** The kinds of resources that an environment can leave, in a shared cluster and in the account. */
export const RESOURCE_KINDS = [
  "namespaces",
  "persistent volumes",
  "clusters",
  "droplets",
  "load balancers",
  "volumes",
  "volume snapshots",
  "domain records",
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** A remaining resource of an environment. */
export interface Leftover {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly name: string;
  readonly removal: string;
}

export interface FoundCluster {
  readonly id: string;
  readonly name: string;
}

export interface Trace {
  /** Its uuid, a tag of its clusters and Droplets. @default - it is older than these ids */
  readonly id?: string;
  /** Ids of its own clusters, whose controllers tag resources `k8s:<id>`. */
  readonly clusterIds: readonly string[];
  /** Ids of those clusters that are not in its state. */
  readonly strays: readonly FoundCluster[];
  /** Whether its state contains pull credentials of a registry. @default false */
  readonly hasPullCredentials?: boolean;
  /** Its host names. @default - none */
  readonly hosts?: readonly OwnedHost[];
  /** Records of its names that are not in its state. @default - none */
  readonly records?: readonly LeftRecord[];
  /** Other owners' resources: clusters of the same name, records that point to its load balancers. */
  readonly foreign: readonly Leftover[];
  /** Its namespace of a shared cluster. @default - it has its own cluster */
  readonly sharedNamespace?: SharedNamespace;
  /** Uuid in the tags of its claims' snapshots and restored volumes. @default - it has never slept */
  readonly dataId?: string;
  /** Whether its kept data stays and is not reported. @default false */
  readonly keepsData?: boolean;
}

/** Fields of every kind of resource. */
interface Thing {
  readonly id: string | number;
  readonly name?: string;
  readonly tags?: readonly string[] | null;
}

/** @see https://docs.digitalocean.com/reference/doctl/reference/ */
const REMOVALS: Readonly<Record<ResourceKind, (id: string) => string>> = {
  namespaces: (id) => `kubectl delete namespace ${id}`,
  "persistent volumes": (id) => `kubectl delete persistentvolume ${id}`,
  clusters: (id) => `doctl kubernetes cluster delete ${id} --dangerous`,
  droplets: (id) => `doctl compute droplet delete ${id}`,
  "load balancers": (id) => `doctl compute load-balancer delete ${id}`,
  volumes: (id) => `doctl compute volume delete ${id}`,
  "volume snapshots": (id) => `doctl compute snapshot delete ${id}`,
  // Its id is `<domain> <id of the record>`.
  "domain records": (id) => `doctl compute domain records delete ${id}`,
};

/** @param id - DigitalOcean's */
export function leftoverOf(kind: ResourceKind, id: string, name: string): Leftover {
  return { kind, id, name, removal: REMOVALS[kind](id) };
}

/**
 * Reads the remaining resources of every kind, in the order of {@link RESOURCE_KINDS}.
 *
 * @throws {UserError} when a kind cannot be read: an unread account is not an empty one
 */
export async function leftovers(account: DigitalOcean, trace: Trace): Promise<Leftover[]> {
  const { id: uuid, clusterIds, sharedNamespace, hosts = [], dataId, keepsData } = trace;
  const ofData = (thing: Thing) =>
    dataId !== undefined &&
    (thing.tags ?? []).includes(dataTag(dataId)) &&
    !(keepsData && keepsContent(thing));
  const proofs = [
    ...clusterIds.map((id) => `k8s:${id}`),
    ...(uuid === undefined ? [] : [idTag(uuid)]),
  ];
  const isOurs = (thing: Thing) =>
    clusterIds.includes(String(thing.id)) ||
    proofs.some((tag) => (thing.tags ?? []).includes(tag)) ||
    ofData(thing) ||
    (sharedNamespace !== undefined && isInSharedNamespace(thing, sharedNamespace));
  const requests = [
    namespaceLeft(sharedNamespace),
    boundVolumesLeft(sharedNamespace),
    account.clusters(),
    account.droplets(),
    account.loadBalancers(),
    account.volumes(),
    account.volumeSnapshots(),
    recordsLeft(account, hosts),
  ] as const;
  // When one request fails, the others must not continue in the background.
  await Promise.allSettled(requests);
  const [namespaces, boundVolumes, clusters, droplets, loadBalancers, volumes, snapshots, records] =
    await Promise.all(requests);
  const tagged: readonly (readonly Thing[])[] = [
    clusters,
    droplets,
    loadBalancers,
    volumes,
    snapshots,
  ];
  const ours = [
    namespaces,
    boundVolumes,
    ...tagged.map((things) => things.filter(isOurs)),
    records,
  ];
  return RESOURCE_KINDS.flatMap((kind, index) =>
    (ours[index] ?? []).map(({ id, name }) => leftoverOf(kind, String(id), name ?? String(id))),
  );
}

/** Records have no tags, but an environment refuses a name for which another owner has a record. */
async function recordsLeft(
  account: DigitalOcean,
  hosts: readonly OwnedHost[],
): Promise<readonly Thing[]> {
  const found = hosts.map(async ({ domain, host }) =>
    ((await account.domainRecords(domain, host)) ?? []).map((record) =>
      recordThing(domain, record),
    ),
  );
  return (await Promise.all(found)).flat();
}

export function recordThing(domain: string, { id, name, type, data }: DomainRecord) {
  const host = name === "@" ? domain : `${name}.${domain}`;
  return { id: `${domain} ${id}`, name: `${host} ${type} ${data}` };
}

function keepsContent(thing: Thing): boolean {
  return "min_disk_size" in thing || isKeptVolume(thing);
}

/** On a shared cluster, other tenants' resources have the cluster's tag, too, and a Service can name any load balancer's id. */
function isInSharedNamespace(
  { id, tags }: Thing,
  { clusterId, accountResources }: SharedNamespace,
): boolean {
  return (tags ?? []).includes(`k8s:${clusterId}`) && accountResources.includes(String(id));
}

async function namespaceLeft(
  sharedNamespace: SharedNamespace | undefined,
): Promise<readonly Thing[]> {
  const { namespace: name = "", objects } = sharedNamespace ?? {};
  const found = await objects?.find<ClusterObject>(`/api/v1/namespaces/${name}`);
  return found === undefined ? [] : [{ id: name }];
}

async function boundVolumesLeft(
  sharedNamespace: SharedNamespace | undefined,
): Promise<readonly Thing[]> {
  const { boundVolumes = [], objects } = sharedNamespace ?? {};
  if (objects === undefined) {
    return [];
  }
  const found = await Promise.all(
    boundVolumes.map((name) => objects.find<ClusterObject>(`/api/v1/persistentvolumes/${name}`)),
  );
  return found.flatMap((volume) => (volume === undefined ? [] : [{ id: volume.metadata.name }]));
}
