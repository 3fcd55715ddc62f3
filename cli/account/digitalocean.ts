import axios, { type AxiosAdapter, type AxiosInstance, type AxiosResponse } from "axios";
import { modules } from "dots-wrapper";
import { type AccountAccess, accessFrom } from "../../core/account-access";
import { type AccountIdentity, accountIdentity } from "../../core/account-identity";
import { UserError } from "../../core/errors";
import { type RetryOptions, retryContext } from "../../core/retry";
import type { ClockFacts } from "../../core/rules/clock";
import type { NamedCertificate } from "../../core/rules/domain-name";
import type { Range, Series } from "../../core/time-series";
import { apiErrorOf, DigitalOceanError, notDigitalOcean } from "./digitalocean-error";
import { type Counted, countedItems, itemsOf, type ListCall, pagesOf, wholeList } from "./lists";
import { isLoopback } from "./loopback";
import type {
  Account,
  AccountResource,
  AccountResourceKind,
  AssociatedResources,
  Cluster,
  ClusterCredentials,
  DomainRecord,
  Droplet,
  KubernetesOptions,
  Listed,
  LoadBalancer,
  Registry,
  RepositoryManifest,
  RepositoryTag,
  Size,
  Volume,
  VolumeAction,
  VolumeRequest,
  VolumeSnapshot,
} from "./resources";
import { retryingAdapter } from "./retrying-adapter";

const REQUEST_TIMEOUT_MS = 30_000;
/** Lifetime of a cluster credential: longer than the deletion of a namespace may take. */
const CREDENTIAL_SECONDS = 900;

export interface DigitalOceanOptions extends RetryOptions {
  /** Maximum time without data from DigitalOcean, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

/** The route of each kind of resource, and its key in responses. */
const THINGS = {
  cluster: { path: "/kubernetes/clusters", key: "kubernetes_cluster" },
  droplet: { path: "/droplets", key: "droplet" },
  "load balancer": { path: "/load_balancers", key: "load_balancer" },
  volume: { path: "/volumes", key: "volume" },
  "volume snapshot": { path: "/snapshots", key: "snapshot" },
} as const;
type TaggedKind = Extract<AccountResourceKind, "volume" | "volume snapshot">;

/** A measured resource: the last two parts of the route, and the parameter that names it. */
const MEASUREMENTS = {
  "droplet/cpu": "host_id",
  "load_balancer/frontend_http_requests_per_second": "lb_id",
  "load_balancer/frontend_network_throughput_tcp": "lb_id",
  "load_balancer/frontend_network_throughput_udp": "lb_id",
  "load_balancer/frontend_nlb_tcp_network_throughput": "lb_id",
  "load_balancer/frontend_nlb_udp_network_throughput": "lb_id",
} as const;
export type Measurement = keyof typeof MEASUREMENTS;

/**
 * Returns the access from the environment's variables.
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
 * The requests to a DigitalOcean account.
 *
 * Lists are read completely. Requests stay within DigitalOcean's limits and are repeated where that is safe, see
 * {@link retryingAdapter}. Every method throws a {@link DigitalOceanError} when a request fails.
 */
export class DigitalOcean {
  /** Number of requests so far, repetitions included. */
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

  /** Returns the present times of this machine's clock and of DigitalOcean's. */
  public async clocks(): Promise<ClockFacts> {
    await this.account();
    return this.clock ?? { machine: new Date() };
  }

  public async identity(): Promise<AccountIdentity> {
    return accountIdentity(await this.account());
  }

  public sizes(): Promise<readonly Size[]> {
    return wholeList("sizes", modules.size.listSizes(this.context));
  }

  /** Regions, node sizes and versions on offer for clusters. */
  public async kubernetesOptions(): Promise<KubernetesOptions> {
    const { data } = await modules.kubernetes.listAvailableOptionsOfKubernetes(this.context)();
    return data.options;
  }

  public clusters(): Promise<readonly Cluster[]> {
    return wholeList(
      "kubernetes_clusters",
      modules.kubernetes.listKubernetesClusters(this.context),
    );
  }

  /** @returns undefined when the cluster does not exist */
  public async cluster(id: string): Promise<Cluster | undefined> {
    const get = modules.kubernetes.getKubernetesCluster(this.context);
    try {
      return (await get({ kubernetes_cluster_id: id })).data.kubernetes_cluster;
    } catch (error) {
      return undefinedIfGone(error);
    }
  }

  /** Returns a credential for some minutes, or undefined when the cluster does not exist. */
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
   * Deletes a cluster with the resources of its controllers: load balancers, volumes, snapshots. A missing cluster is not an
   * error.
   */
  public async deleteCluster(id: string): Promise<void> {
    const path = `/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`;
    await this.http.delete(path).catch(undefinedIfGone);
  }

  /** Deletes a node pool with its nodes. A missing pool is not an error. */
  public async deleteNodePool(clusterId: string, id: string): Promise<void> {
    await this.http
      .delete(`/kubernetes/clusters/${clusterId}/node_pools/${id}`)
      .catch(undefinedIfGone);
  }

  /**
   * Reads one resource of the account by its id.
   *
   * @returns undefined when it does not exist
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

  /** Deletes a resource of the account; a cluster as {@link deleteCluster} does. A missing resource is not an error. */
  public async deleteThing(kind: AccountResourceKind, id: string): Promise<void> {
    if (kind === "cluster") {
      return this.deleteCluster(id);
    }
    await this.http.delete(`${THINGS[kind].path}/${id}`).catch(undefinedIfGone);
  }

  public droplets(): Promise<readonly Droplet[]> {
    return wholeList("droplets", modules.droplet.listDroplets(this.context));
  }

  public loadBalancers(): Promise<readonly LoadBalancer[]> {
    return wholeList("load_balancers", modules.loadBalancer.listLoadBalancers(this.context));
  }

  public volumes(): Promise<readonly Volume[]> {
    return wholeList("volumes", modules.volume.listVolumes(this.context));
  }

  /** @returns undefined when the region has none of that name */
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

  /** @param giB - new size, larger than the present one */
  public async growVolume(id: string, giB: number): Promise<void> {
    await this.http.post(`/volumes/${id}/actions`, { type: "resize", size_gigabytes: giB });
  }

  public volumeActions(id: string): Promise<readonly VolumeAction[]> {
    return wholeList("actions", (params) => this.http.get(`/volumes/${id}/actions`, { params }));
  }

  public async takeVolumeSnapshot(
    volumeId: string,
    name: string,
    tags: readonly string[],
  ): Promise<VolumeSnapshot> {
    const path = `/volumes/${volumeId}/snapshots`;
    return (await this.http.post<{ snapshot: VolumeSnapshot }>(path, { name, tags })).data.snapshot;
  }

  /** Returns the resources that DigitalOcean would delete with a cluster, or undefined when the cluster does not exist. */
  public async associatedResources(clusterId: string): Promise<AssociatedResources | undefined> {
    const path = `/kubernetes/clusters/${clusterId}/destroy_with_associated_resources`;
    return (await this.http.get<AssociatedResources>(path).catch(undefinedIfGone))?.data;
  }

  /** Deletes a cluster with the named ones of its resources, by their ids. */
  public async deleteClusterWith(
    clusterId: string,
    selection: Readonly<Record<keyof AssociatedResources, readonly string[]>>,
  ): Promise<void> {
    const path = `/kubernetes/clusters/${clusterId}/destroy_with_associated_resources/selective`;
    await this.http.delete(path, { data: selection }).catch(undefinedIfGone);
  }

  /** Adds a tag to these resources, with one request. */
  public async tag(kind: TaggedKind, ids: readonly string[], tag: string): Promise<void> {
    await this.http.post("/tags", { name: tag });
    await this.http.post(tagPath(tag), { resources: resourcesOf(kind, ids) });
  }

  /** Removes a tag from these resources, with one request. A missing resource is not an error. */
  public async untag(kind: TaggedKind, ids: readonly string[], tag: string): Promise<void> {
    const data = { resources: resourcesOf(kind, ids) };
    await this.http.delete(tagPath(tag), { data }).catch(undefinedIfGone);
  }

  /** Returns the number of resources with a tag. */
  public async tagUses(tag: string): Promise<number> {
    const path = `/tags/${encodeURIComponent(tag)}`;
    const response = await this.http
      .get<{ tag?: { resources?: { count?: number } } }>(path)
      .catch(undefinedIfGone);
    const count = response === undefined ? 0 : response.data.tag?.resources?.count;
    if (count === undefined) {
      throw notDigitalOcean("a tag");
    }
    return count;
  }

  public volumeSnapshots(): Promise<readonly VolumeSnapshot[]> {
    const listSnapshots = modules.snapshot.listSnapshots(this.context);
    return wholeList("snapshots", (page) => listSnapshots({ ...page, resource_type: "volume" }));
  }

  /** Returns all resources of a kind, with the list's own total; `keep` as in {@link countedItems}. */
  public async counted<K extends AccountResourceKind, T>(
    kind: K,
    keep: (thing: Listed[K]) => T,
  ): Promise<Counted<T>> {
    return countedItems(`${THINGS[kind].key}s`, this.listCall(kind), keep);
  }

  /** Checks by a list of one that the token may list a kind. @throws {DigitalOceanError} when it may not */
  public async requireListable(kind: AccountResourceKind): Promise<void> {
    await pagesOf(`${THINGS[kind].key}s`, this.listCall(kind), 1).next();
  }

  /**
   * Returns the measurements in a range of time.
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

  public certificates(name: string): Promise<readonly NamedCertificate[]> {
    return wholeList("certificates", (page) =>
      this.http.get("/certificates", { params: { ...page, name } }),
    );
  }

  /**
   * Returns the records of a domain.
   *
   * @param host - full name whose records to return. @default - all
   * @returns undefined when the account does not have the domain
   */
  public async domainRecords(
    domain: string,
    host?: string,
  ): Promise<readonly DomainRecord[] | undefined> {
    const call: ListCall = (page) =>
      this.http.get(`/domains/${domain}/records`, {
        params: { ...page, name: host },
      });
    return wholeList<DomainRecord>("domain_records", call).catch(undefinedIfGone);
  }

  /** Deletes a record of a domain. A missing record is not an error. */
  public async deleteRecord(domain: string, id: string): Promise<void> {
    await this.http.delete(`/domains/${domain}/records/${id}`).catch(undefinedIfGone);
  }

  public registries(): Promise<readonly Registry[]> {
    return wholeList("registries", () => this.http.get("/registries"));
  }

  /** Yields the tags of a repository. Once the caller stops, no further page is requested. */
  public repositoryTags(registry: string, repository: string): AsyncGenerator<RepositoryTag> {
    return itemsOf("tags", (params) =>
      this.http.get(`${repositoryPath(registry, repository)}/tags`, { params }),
    );
  }

  /** Yields all manifests of a repository, tagged or not, in the same way. */
  public repositoryManifests(
    registry: string,
    repository: string,
  ): AsyncGenerator<RepositoryManifest> {
    return itemsOf("manifests", (params) =>
      this.http.get(`${repositoryPath(registry, repository)}/digests`, { params }),
    );
  }

  private listCall(kind: AccountResourceKind): ListCall {
    const filter = kind === "volume snapshot" ? { resource_type: "volume" } : {};
    return (page) => this.http.get(THINGS[kind].path, { params: { ...page, ...filter } });
  }
}

/** A change may have an empty response. A response that is not JSON came from a proxy, which has not made the change. */
function requireJson(response: AxiosResponse<unknown>): AxiosResponse<unknown> {
  const { config, data } = response;
  if (typeof data !== "object" && (config.method === "get" || data !== "")) {
    throw notDigitalOcean("JSON");
  }
  return response;
}

function tagPath(tag: string): string {
  return `/tags/${encodeURIComponent(tag)}/resources`;
}

function resourcesOf(kind: TaggedKind, ids: readonly string[]) {
  return ids.map((id) => ({ resource_id: id, resource_type: kind.replace(" ", "_") }));
}

/** Encodes a repository's name, which may have slashes, as one part of the path. */
function repositoryPath(registry: string, repository: string): string {
  return `/registries/${encodeURIComponent(registry)}/repositories/${encodeURIComponent(repository)}`;
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof DigitalOceanError && error.status === 404) {
    return undefined;
  }
  throw error;
}
