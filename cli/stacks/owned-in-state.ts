import type { StateSource } from "./read-stacks";
import type { StackRecord } from "./record";
import { wholeStateOf } from "./whole-state";

const UUID = "random:index/randomUuid:RandomUuid";
const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";
const RECORD = "digitalocean:index/dnsRecord:DnsRecord";
const HOST_RECORD = "ephemeral-doks:components:HostRecord";
export const PULL_CREDENTIALS =
  "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials";
const NODE_POOL = "digitalocean:index/kubernetesNodePool:KubernetesNodePool";

export interface OwnedInState {
  /** The environment's uuid. @default - it was made before environments had one, or there is nothing */
  readonly id?: string;
  /** Uuid of the account that it was made in. */
  readonly account?: string;
  readonly firstRegion?: string;
  /** Ids of its clusters, also of one that was replaced and is still to be deleted. */
  readonly clusterIds: readonly string[];
  /** Ids of its node pools, those that its clusters came with included. */
  readonly poolIds: readonly string[];
  /** Whether pulumi was ended in the middle of something. @default false */
  readonly hasPending?: boolean;
  /** Whether it holds credentials that pods pull images by. @default false */
  readonly hasPullCredentials?: boolean;
  /** Its host names, also one whose record was being made when the update was killed. @default - it has none */
  readonly hosts?: readonly OwnedHost[];
  /** Ids of the records of its names. @default - it has none */
  readonly recordIds?: readonly string[];
  /** Records that were being made when pulumi was ended, and may be there. @default - there are none */
  readonly begunRecords?: readonly BegunRecord[];
}

/** A record whose creation pulumi has begun, and of which it does not know the end. */
export interface BegunRecord extends OwnedHost {
  readonly urn: string;
  readonly address: string;
}

export interface OwnedHost {
  readonly domain: string;
  readonly host: string;
}

const NOTHING: OwnedInState = { clusterIds: [], poolIds: [] };

/**
 * Reads what a stack owns: all of its clusters, of which its outputs know one when a replacement was killed. Of a state
 * that cannot be read nothing is known.
 */
export async function ownedInState(
  source: StateSource,
  { stack, hasResources, fault }: Pick<StackRecord, "stack" | "hasResources" | "fault">,
): Promise<OwnedInState> {
  if (!hasResources || fault !== undefined) {
    return NOTHING;
  }
  const { resources, pending } = await wholeStateOf(source, stack);
  const idsOf = (wanted: string) =>
    resources.flatMap(({ type, id }) => (type === wanted && id ? [id] : []));
  const { result, keepers } = resources.find(({ type }) => type === UUID)?.outputs ?? {};
  const { account, region } = (keepers ?? {}) as { account?: string; region?: string };
  const basePools = resources
    .filter(({ type }) => type === CLUSTER)
    .flatMap(({ outputs }) => (outputs?.nodePool as { id?: string } | undefined)?.id ?? []);
  // The component is in the state before its record is created.
  const hosts = resources
    .filter(({ type }) => type === HOST_RECORD)
    .flatMap(({ inputs, outputs }): OwnedHost[] => {
      const { domain, label } = { ...inputs, ...outputs } as Readonly<Record<string, unknown>>;
      return typeof domain === "string" && typeof label === "string"
        ? [{ domain, host: `${label}.${domain}` }]
        : [];
    });
  const begunRecords = pending
    .filter(({ type, urn }) => type === RECORD && resources.every((known) => known.urn !== urn))
    .flatMap(({ urn, inputs }): BegunRecord[] => {
      const { domain, name, value } = { ...inputs };
      return typeof domain === "string" && typeof name === "string" && typeof value === "string"
        ? [{ urn, domain, host: `${name}.${domain}`, address: value }]
        : [];
    });
  return {
    ...(typeof result === "string" ? { id: result } : {}),
    account,
    firstRegion: region,
    clusterIds: idsOf(CLUSTER),
    poolIds: [...idsOf(NODE_POOL), ...basePools],
    ...(pending.length === 0 ? {} : { hasPending: true }),
    ...(resources.some(({ type }) => type === PULL_CREDENTIALS)
      ? { hasPullCredentials: true }
      : {}),
    ...(hosts.length === 0 ? {} : { hosts, recordIds: idsOf(RECORD) }),
    ...(begunRecords.length === 0 ? {} : { begunRecords }),
  };
}

/** Uuid of the account that an environment was made in. Of one that sleeps its tags alone tell. */
export function recordedAccount(
  { outputs, tags }: Pick<StackRecord, "outputs" | "tags">,
  { account }: Pick<OwnedInState, "account"> = {},
): string | undefined {
  return account ?? (typeof outputs.account === "string" ? outputs.account : tags.account);
}
