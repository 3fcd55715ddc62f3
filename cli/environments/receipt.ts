import { dataTag, isKeptVolume } from "../../core/data/kept-claim";
import { idTag } from "../../core/digitalocean-tags";
import type { DigitalOcean } from "../account/digitalocean";
import type { DomainRecord } from "../account/resources";
import type { ClusterObject } from "../shared-clusters/cluster-objects";
import type { SharedNamespace } from "../shared-clusters/shared-namespace";
import type { OwnedHost } from "../stacks/owned-in-state";
import type { LeftRecord } from "./left-record";

/** Every kind of thing that an environment can leave behind: in a cluster that is not its own, and in the account. */
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

/** One thing that DigitalOcean has of an environment. */
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
  /** Its uuid, which its clusters and Droplets carry. @default - it was made before environments had one */
  readonly id?: string;
  /** Clusters that are its own: what their controllers made is tagged `k8s:<id>`. */
  readonly clusterIds: readonly string[];
  /** Those of them that are not in its state. */
  readonly strays: readonly FoundCluster[];
  /** Whether its state holds credentials that pods pull images by. @default false */
  readonly hasPullCredentials?: boolean;
  /** Its host names. @default - it has none */
  readonly hosts?: readonly OwnedHost[];
  /** Records of its names that are not in its state. @default - there are none */
  readonly records?: readonly LeftRecord[];
  /** Things of others: clusters that are called the same, records that lead to its load balancers. */
  readonly foreign: readonly Leftover[];
  /** Where it lives when that is not a cluster of its own. */
  readonly sharedNamespace?: SharedNamespace;
  /** Uuid that its claims' snapshots carry, and the volumes that were made of them. @default - it has never slept */
  readonly dataId?: string;
  /** Whether what keeps its data stays: that is not left over then. @default false */
  readonly keepsData?: boolean;
}

/** The common fields of all kinds of resources. */
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
 * Asks for every kind of thing that an environment can leave behind, in the order of {@link RESOURCE_KINDS}.
 *
 * @throws {UserError} when any of it cannot be read: an unread account is not an empty one
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
  // When one fails, none of the others shall go on being repeated in the background.
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

/** Records have no tags; but nobody else's could be made under a name that an environment has. */
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

/** Others' things bear the tag of a shared cluster, too, and its namespaces' Services can say any id. */
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
