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
  /** The environment's uuid. @default - it has no resources, or is older than these uuids */
  readonly id?: string;
  /** Uuid of the account that it was created in. */
  readonly account?: string;
  readonly firstRegion?: string;
  /** Ids of its clusters, including a replaced one that is still to be deleted. */
  readonly clusterIds: readonly string[];
  /** Ids of its node pools, including the first pools of its clusters. */
  readonly poolIds: readonly string[];
  /** Whether pulumi was killed in the middle of an operation. @default false */
  readonly hasPending?: boolean;
  /** Whether it has registry credentials for image pulls. @default false */
  readonly hasPullCredentials?: boolean;
  /** Its host names, including one whose record a killed update was creating. @default - it has none */
  readonly hosts?: readonly OwnedHost[];
  /** Ids of the records of its names. @default - it has none */
  readonly recordIds?: readonly string[];
  /** Records that a killed update was creating, and that may exist. @default - there are none */
  readonly begunRecords?: readonly BegunRecord[];
}

/** A record whose creation pulumi began without recording the result. */
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
 * Reads the resources that a stack owns. After a killed replacement there are two clusters, although the outputs name one.
 * An unreadable state proves nothing.
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

/** Returns the uuid of the account that an environment was created in. A sleeping environment has it only in its tags. */
export function recordedAccount(
  { outputs, tags }: Pick<StackRecord, "outputs" | "tags">,
  { account }: Pick<OwnedInState, "account"> = {},
): string | undefined {
  return account ?? (typeof outputs.account === "string" ? outputs.account : tags.account);
}
