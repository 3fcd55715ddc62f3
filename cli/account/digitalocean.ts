import axios, { type AxiosAdapter, type AxiosInstance, type AxiosResponse } from "axios";
import { modules } from "dots-wrapper";
import { type AccountAccess, accessFrom } from "../../core/account-access";
import {
  type AccountIdentity,
  accountIdentity,
  type DescribedAccount,
} from "../../core/account-identity";
import { STATUS_PAGE } from "../../core/digitalocean-answer";
import { UserError } from "../../core/errors";
import { type RetryOptions, retryContext } from "../../core/retry";
import type { ClockFacts } from "../../core/rules/clock";
import type { NamedCertificate, NamedRecord } from "../../core/rules/domain-name";
import type { Range, Series } from "../../core/time-series";
import { apiErrorOf, DigitalOceanError } from "./digitalocean-error";
import { isLoopback } from "./loopback";
import { retryingAdapter } from "./retrying-adapter";

/** The most that a list gives at once. */
const PAGE_SIZE = 200;
const REQUEST_TIMEOUT_MS = 30_000;
/** A list of several pages can change while it is read. */
const LIST_ATTEMPTS = 3;
/** Of a cluster credential: as long as a namespace may take to go, and then some. */
const CREDENTIAL_SECONDS = 900;

export interface DigitalOceanOptions extends RetryOptions {
  /** Longest time without a sign of life from DigitalOcean, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** The client library leaves tags out of some kinds; the API has `null` in others. */
type Tagged<T> = Omit<T, "tags"> & { readonly tags?: readonly string[] | null };

export type Account = modules.account.IAccount & Pick<DescribedAccount, "team">;
export type Size = modules.size.ISize;
export type KubernetesOptions = modules.kubernetes.IKubernetesOptions;
type NodePool = modules.kubernetes.IKubernetesClusterNodePool;
export type Cluster = Omit<modules.kubernetes.IKubernetesCluster, "node_pools"> & {
  readonly node_pools: readonly (NodePool & {
    readonly auto_scale?: boolean;
    /** Of an autoscaled one. */
    readonly max_nodes?: number;
  })[];
  /** Whether it pulls from the account's container registry by itself. */
  readonly registry_enabled?: boolean;
};
export type Droplet = Tagged<modules.droplet.IDroplet>;
export type Volume = Tagged<modules.volume.IVolume>;
export type VolumeSnapshot = Tagged<modules.snapshot.ISnapshot>;
export type LoadBalancer = Tagged<modules.loadBalancer.ILoadBalancer> & {
  readonly type?: "REGIONAL" | "REGIONAL_NETWORK" | "GLOBAL";
  /** Nodes. */
  readonly size_unit?: number;
};
/** @see the schema `volumes_ext4` of DigitalOcean's OpenAPI */
export interface VolumeRequest {
  readonly name: string;
  readonly region: string;
  /** Of a volume that is made of a snapshot, the snapshot's size counts. */
  readonly size_gigabytes: number;
  readonly snapshot_id: string;
  readonly tags: readonly string[];
}
export interface VolumeAction {
  readonly type: string;
  /** RFC 3339 */
  readonly started_at: string;
}
type Named = readonly { readonly id: string; readonly name: string }[];
export interface AssociatedResources {
  readonly load_balancers: Named;
  readonly volumes: Named;
  readonly volume_snapshots: Named;
}
/** The common fields of all kinds of resources. */
export interface AccountResource {
  readonly id: string | number;
  readonly tags?: readonly string[] | null;
  /** Of a volume: those that it is attached to. */
  readonly droplet_ids?: readonly number[];
}
/** The access data for a cluster's API server. The token is its administrator's. */
export interface ClusterCredentials {
  readonly server: string;
  /** PEM in base64. */
  readonly certificate_authority_data: string;
  readonly token: string;
}
/** A record of a domain. */
export interface DomainRecord extends NamedRecord {
  readonly id: number;
  /** Below the domain; `@` is the domain itself. */
  readonly name: string;
}
export interface Registry {
  readonly name: string;
}
export interface RepositoryTag {
  readonly tag: string;
  readonly manifest_digest: string;
}
export interface RepositoryManifest {
  readonly digest: string;
}

/** Where each kind of thing is, and what the answer calls it. */
const THINGS = {
  cluster: { path: "/kubernetes/clusters", key: "kubernetes_cluster" },
  droplet: { path: "/droplets", key: "droplet" },
  "load balancer": { path: "/load_balancers", key: "load_balancer" },
  volume: { path: "/volumes", key: "volume" },
  "volume snapshot": { path: "/snapshots", key: "snapshot" },
} as const;
export type AccountResourceKind = keyof typeof THINGS;
type TaggedKind = Extract<AccountResourceKind, "volume" | "volume snapshot">;

/** The body of a list, of which only what is common to all is known. */
interface ListBody {
  readonly links?: { readonly pages?: { readonly next?: string } };
  readonly meta?: { readonly total?: number };
}
/** All of a list, and how many there are by its own account. */
export interface Counted<T> {
  readonly items: readonly T[];
  readonly total?: number;
}
/** The things of each kind, as lists give them. */
export interface Listed {
  readonly cluster: Cluster;
  readonly droplet: Droplet;
  readonly "load balancer": LoadBalancer;
  readonly volume: Volume;
  readonly "volume snapshot": VolumeSnapshot;
}
/** The measured resource: the last two parts of the route, and the parameter that names it. */
const MEASUREMENTS = {
  "droplet/cpu": "host_id",
  "load_balancer/frontend_http_requests_per_second": "lb_id",
  "load_balancer/frontend_network_throughput_tcp": "lb_id",
  "load_balancer/frontend_network_throughput_udp": "lb_id",
  "load_balancer/frontend_nlb_tcp_network_throughput": "lb_id",
  "load_balancer/frontend_nlb_udp_network_throughput": "lb_id",
} as const;
export type Measurement = keyof typeof MEASUREMENTS;
type ListCall = (request: {
  readonly page: number;
  readonly per_page: number;
}) => Promise<{ readonly data: object }>;

/**
 * The access that the environment gives.
 *
 * @throws {UserError} without a token
 */
export function requireAccess(env: NodeJS.ProcessEnv): AccountAccess {
  const access = accessFrom(env);
  if (access === undefined) {
    throw new UserError("no DigitalOcean token is set", "export DIGITALOCEAN_TOKEN=<token>");
  }
  return access;
}

/**
 * A DigitalOcean account: what the commands read of it, and what they delete.
 *
 * Lists are read to their end. Requests keep within DigitalOcean's limits and are repeated where that is safe, see
 * {@link retryingAdapter}. Every method throws an {@link DigitalOceanError} when DigitalOcean does not do what it is asked for.
 */
export class DigitalOcean {
  /** Requests that were sent so far, repeated ones included. */
  public requests = 0;
  private clock: ClockFacts | undefined;
  private readonly http: AxiosInstance;
  private readonly context: Parameters<typeof modules.account.getAccount>[0];

  public constructor({ origin, token }: AccountAccess, options: DigitalOceanOptions = {}) {
    const { signal, timeoutMs = REQUEST_TIMEOUT_MS } = options;
    const patience = retryContext(options);
    this.context = modules.common.createContext({
      axios,
      token,
      endpoint: `${origin}/v2`,
      requestTimeoutInMs: timeoutMs,
    });
    this.http = this.context.httpClient;
    this.http.defaults.signal = signal;
    if (isLoopback(origin)) {
      this.http.defaults.proxy = false;
    }
    const send = axios.getAdapter("http");
    const counted: AxiosAdapter = (config) => {
      this.requests++;
      return send(config);
    };
    this.http.defaults.adapter = retryingAdapter(counted, patience);
    this.http.interceptors.response.use(
      (response) => {
        const date = Date.parse(String(response.headers.date));
        const digitalOcean = Number.isNaN(date) ? {} : { digitalOcean: new Date(date) };
        this.clock = { machine: patience.now(), ...digitalOcean };
        return requireJson(response);
      },
      (error: unknown) => {
        signal?.throwIfAborted();
        throw axios.isAxiosError(error) ? apiErrorOf(error, patience.now()) : error;
      },
    );
  }

  public async account(): Promise<Account> {
    return (await modules.account.getAccount(this.context)()).data.account;
  }

  /** The times of this machine's clock and of DigitalOcean's, by an answer of now. */
  public async clocks(): Promise<ClockFacts> {
    await this.account();
    return this.clock ?? { machine: new Date() };
  }

  /** Which account the token is for. */
  public async identity(): Promise<AccountIdentity> {
    return accountIdentity(await this.account());
  }

  /** Droplet sizes with their prices. */
  public sizes(): Promise<readonly Size[]> {
    return this.list("sizes", modules.size.listSizes(this.context));
  }

  /** Regions, node sizes and versions on offer for clusters. */
  public async kubernetesOptions(): Promise<KubernetesOptions> {
    const { data } = await modules.kubernetes.listAvailableOptionsOfKubernetes(this.context)();
    return data.options;
  }

  public clusters(): Promise<readonly Cluster[]> {
    return this.list(
      "kubernetes_clusters",
      modules.kubernetes.listKubernetesClusters(this.context),
    );
  }

  /** @returns undefined when there is no such cluster (any more) */
  public async cluster(id: string): Promise<Cluster | undefined> {
    const get = modules.kubernetes.getKubernetesCluster(this.context);
    try {
      return (await get({ kubernetes_cluster_id: id })).data.kubernetes_cluster;
    } catch (error) {
      return undefinedIfGone(error);
    }
  }

  /** For some minutes. @returns undefined when there is no such cluster (any more) */
  public async clusterCredentials(id: string): Promise<ClusterCredentials | undefined> {
    const path = `/kubernetes/clusters/${id}/credentials`;
    try {
      const params = { expiry_seconds: CREDENTIAL_SECONDS };
      return (await this.http.get<ClusterCredentials>(path, { params })).data;
    } catch (error) {
      return undefinedIfGone(error);
    }
  }

  /**
   * Deletes a cluster with all that its controllers have made: load balancers, volumes, snapshots. A cluster that is
   * gone is not an error.
   */
  public async deleteCluster(id: string): Promise<void> {
    const path = `/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`;
    await this.http.delete(path).catch(undefinedIfGone);
  }

  /** Deletes a node pool with its nodes. One that is gone is not an error. */
  public async deleteNodePool(clusterId: string, id: string): Promise<void> {
    await this.http
      .delete(`/kubernetes/clusters/${clusterId}/node_pools/${id}`)
      .catch(undefinedIfGone);
  }

  /**
   * Reads one resource of the account by its id.
   *
   * @returns undefined when it is not there (any more)
   */
  public async thing(kind: AccountResourceKind, id: string): Promise<AccountResource | undefined> {
    const { path, key } = THINGS[kind];
    const response = await this.http
      .get<Readonly<Record<string, AccountResource | undefined>>>(`${path}/${id}`)
      .catch(undefinedIfGone);
    if (response !== undefined && response.data[key] === undefined) {
      throw notDigitalOcean(`a ${kind}`);
    }
    return response?.data[key];
  }

  /** Deletes something in the account; a cluster as {@link deleteCluster} does. A thing that is gone is not an error. */
  public async deleteThing(kind: AccountResourceKind, id: string): Promise<void> {
    if (kind === "cluster") {
      return this.deleteCluster(id);
    }
    await this.http.delete(`${THINGS[kind].path}/${id}`).catch(undefinedIfGone);
  }

  public droplets(): Promise<readonly Droplet[]> {
    return this.list("droplets", modules.droplet.listDroplets(this.context));
  }

  public loadBalancers(): Promise<readonly LoadBalancer[]> {
    return this.list("load_balancers", modules.loadBalancer.listLoadBalancers(this.context));
  }

  public volumes(): Promise<readonly Volume[]> {
    return this.list("volumes", modules.volume.listVolumes(this.context));
  }

  /** @returns undefined when there is none of that name in the region */
  public async volumeNamed(name: string, region: string): Promise<Volume | undefined> {
    const params = { name, region };
    const { data } = await this.http.get<{ volumes?: readonly Volume[] }>("/volumes", { params });
    if (!Array.isArray(data.volumes)) {
      throw notDigitalOcean("a list of volumes");
    }
    return (data.volumes as readonly Volume[])[0];
  }

  public async createVolume(request: VolumeRequest): Promise<Volume> {
    return (await this.http.post<{ volume: Volume }>("/volumes", request)).data.volume;
  }

  /** @param giB - more than it has */
  public async growVolume(id: string, giB: number): Promise<void> {
    await this.http.post(`/volumes/${id}/actions`, { type: "resize", size_gigabytes: giB });
  }

  /** Actions on a volume, attachments among them. */
  public volumeActions(id: string): Promise<readonly VolumeAction[]> {
    return this.list("actions", (params) => this.http.get(`/volumes/${id}/actions`, { params }));
  }

  public async takeVolumeSnapshot(
    volumeId: string,
    name: string,
    tags: readonly string[],
  ): Promise<VolumeSnapshot> {
    const path = `/volumes/${volumeId}/snapshots`;
    return (await this.http.post<{ snapshot: VolumeSnapshot }>(path, { name, tags })).data.snapshot;
  }

  /** The resources that DigitalOcean would delete with a cluster. @returns undefined when there is no such cluster (any more) */
  public async associatedResources(clusterId: string): Promise<AssociatedResources | undefined> {
    const path = `/kubernetes/clusters/${clusterId}/destroy_with_associated_resources`;
    return (await this.http.get<AssociatedResources>(path).catch(undefinedIfGone))?.data;
  }

  /** Deletes a cluster with those of its resources that are named, by their ids. */
  public async deleteClusterWith(
    clusterId: string,
    selection: Readonly<Record<keyof AssociatedResources, readonly string[]>>,
  ): Promise<void> {
    const path = `/kubernetes/clusters/${clusterId}/destroy_with_associated_resources/selective`;
    await this.http.delete(path, { data: selection }).catch(undefinedIfGone);
  }

  /** Puts a tag on all of these at once. */
  public async tag(kind: TaggedKind, ids: readonly string[], tag: string): Promise<void> {
    await this.http.post("/tags", { name: tag });
    await this.http.post(tagPath(tag), { resources: resourcesOf(kind, ids) });
  }

  /** Takes a tag off all of these at once. What is gone is not an error. */
  public async untag(kind: TaggedKind, ids: readonly string[], tag: string): Promise<void> {
    const data = { resources: resourcesOf(kind, ids) };
    await this.http.delete(tagPath(tag), { data }).catch(undefinedIfGone);
  }

  public volumeSnapshots(): Promise<readonly VolumeSnapshot[]> {
    const listSnapshots = modules.snapshot.listSnapshots(this.context);
    return this.list("snapshots", (page) => listSnapshots({ ...page, resource_type: "volume" }));
  }

  /** Everything of a kind, with the number that the list itself tells. */
  public async counted<K extends AccountResourceKind>(kind: K): Promise<Counted<Listed[K]>> {
    return this.count<Listed[K]>(`${THINGS[kind].key}s`, this.listCall(kind));
  }

  /** Whether the token may list a kind: asks for one of it. @throws {DigitalOceanError} when it may not */
  public async requireListable(kind: AccountResourceKind): Promise<void> {
    await this.pages(`${THINGS[kind].key}s`, this.listCall(kind), 1).next();
  }

  /**
   * The measurements in a range of time.
   *
   * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Monitoring
   */
  public async measured(measurement: Measurement, id: string | number, { from, until }: Range) {
    const params = { [MEASUREMENTS[measurement]]: id, start: from, end: until };
    const { data } = await this.http.get<{
      readonly status?: string;
      readonly data?: { readonly result?: readonly Series[] };
    }>(`/monitoring/metrics/${measurement}`, { params });
    if (data.status !== "success" || !Array.isArray(data.data?.result)) {
      throw notDigitalOcean("a series of measurements");
    }
    return data.data.result as readonly Series[];
  }

  /** The certificates of a name: one or none. */
  public certificates(name: string): Promise<readonly NamedCertificate[]> {
    return this.list("certificates", (page) =>
      this.http.get("/certificates", { params: { ...page, name } }),
    );
  }

  /**
   * The records of a domain.
   *
   * @param host - whose, as a whole name. @default - all
   * @returns undefined when the account does not have the domain
   */
  public async domainRecords(
    domain: string,
    host?: string,
  ): Promise<readonly DomainRecord[] | undefined> {
    const call: ListCall = (page) =>
      this.http.get(`/domains/${domain}/records`, {
        params: { ...page, ...(host === undefined ? {} : { name: host }) },
      });
    return this.list<DomainRecord>("domain_records", call).catch(undefinedIfGone);
  }

  /** Deletes a record of a domain. One that is gone is not an error. */
  public async deleteRecord(domain: string, id: string): Promise<void> {
    await this.http.delete(`/domains/${domain}/records/${id}`).catch(undefinedIfGone);
  }

  public registries(): Promise<readonly Registry[]> {
    return this.list("registries", () => this.http.get("/registries"));
  }

  /** Tags of a repository. A caller that found its tag stops, and no further page is requested. */
  public repositoryTags(registry: string, repository: string): AsyncGenerator<RepositoryTag> {
    return this.items("tags", (params) =>
      this.http.get(`${repositoryPath(registry, repository)}/tags`, { params }),
    );
  }

  /** All that was ever pushed to a repository and is still there, tagged or not, in the same manner. */
  public repositoryManifests(
    registry: string,
    repository: string,
  ): AsyncGenerator<RepositoryManifest> {
    return this.items("manifests", (params) =>
      this.http.get(`${repositoryPath(registry, repository)}/digests`, { params }),
    );
  }

  /** @throws {DigitalOceanError} when the list is not as long as it counts itself: nothing may follow from what is missing in it */
  private async list<T>(key: string, call: ListCall): Promise<readonly T[]> {
    for (let attempt = 1; ; attempt++) {
      const { items, total = items.length } = await this.count<T>(key, call);
      if (items.length === total) {
        return items;
      }
      if (attempt === LIST_ATTEMPTS) {
        throw new DigitalOceanError(
          `DigitalOcean lists ${items.length} of ${total} ${key.replaceAll("_", " ")}`,
          `run the same again in a minute; DigitalOcean's own state: ${STATUS_PAGE}`,
        );
      }
    }
  }

  private listCall(kind: AccountResourceKind): ListCall {
    const filter = kind === "volume snapshot" ? { resource_type: "volume" } : {};
    return (page) => this.http.get(THINGS[kind].path, { params: { ...page, ...filter } });
  }

  private async count<T>(key: string, call: ListCall): Promise<Counted<T>> {
    const items: T[] = [];
    let total: number | undefined;
    for await (const page of this.pages<T>(key, call)) {
      items.push(...page.items);
      total = page.total;
    }
    return { items, total };
  }

  private async *items<T>(key: string, call: ListCall): AsyncGenerator<T> {
    for await (const { items } of this.pages<T>(key, call)) {
      yield* items;
    }
  }

  private async *pages<T>(
    key: string,
    call: ListCall,
    perPage = PAGE_SIZE,
  ): AsyncGenerator<Counted<T>> {
    for (let page = 1; ; page++) {
      const { data } = await call({ page, per_page: perPage });
      const items = (data as Readonly<Record<string, T[] | undefined>>)[key];
      if (!Array.isArray(items)) {
        throw notDigitalOcean(`a list of ${key.replaceAll("_", " ")}`);
      }
      const { links, meta } = data as ListBody;
      yield { items, total: meta?.total };
      if (links?.pages?.next === undefined) {
        return;
      }
    }
  }
}

function requireJson(response: AxiosResponse<unknown>): AxiosResponse<unknown> {
  if (response.config.method === "get" && typeof response.data !== "object") {
    throw notDigitalOcean("JSON");
  }
  return response;
}

/** A proxy that answers in DigitalOcean's place must not look like an account without anything in it. */
function notDigitalOcean(expected: string): DigitalOceanError {
  return new DigitalOceanError(
    `the response is not from DigitalOcean: expected ${expected}`,
    "see who answers at DIGITALOCEAN_API_URL, or through the proxy",
  );
}

function tagPath(tag: string): string {
  return `/tags/${encodeURIComponent(tag)}/resources`;
}

function resourcesOf(kind: TaggedKind, ids: readonly string[]) {
  return ids.map((id) => ({ resource_id: id, resource_type: kind.replace(" ", "_") }));
}

/** A repository's name may have slashes, and is one part of the path. */
function repositoryPath(registry: string, repository: string): string {
  return `/registries/${encodeURIComponent(registry)}/repositories/${encodeURIComponent(repository)}`;
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof DigitalOceanError && error.status === 404) {
    return undefined;
  }
  throw error;
}
