import type { modules } from "dots-wrapper";
import type { DescribedAccount } from "../../core/account-identity";
import type { NamedRecord } from "../../core/rules/domain-name";

// The resources of an account, as in DigitalOcean's responses.

/** The client library's types of some kinds have no tags; for others the API returns `null`. */
type Tagged<T> = Omit<T, "tags"> & { readonly tags?: readonly string[] | null };

export type Account = modules.account.IAccount & Pick<DescribedAccount, "team">;
export type Size = modules.size.ISize;
export type KubernetesOptions = modules.kubernetes.IKubernetesOptions;
type NodePool = modules.kubernetes.IKubernetesClusterNodePool;
export type Cluster = Omit<modules.kubernetes.IKubernetesCluster, "node_pools"> & {
  readonly node_pools: readonly (NodePool & {
    readonly auto_scale?: boolean;
    readonly max_nodes?: number;
  })[];
  /** Whether it has credentials for the account's container registry. */
  readonly registry_enabled?: boolean;
};
export type Droplet = Tagged<modules.droplet.IDroplet>;
export type Volume = Tagged<modules.volume.IVolume>;
export type VolumeSnapshot = Tagged<modules.snapshot.ISnapshot>;
export type LoadBalancer = Tagged<modules.loadBalancer.ILoadBalancer> & {
  readonly type?: "REGIONAL" | "REGIONAL_NETWORK" | "GLOBAL";
  /** Number of nodes. */
  readonly size_unit?: number;
};
/** @see the schema `volumes_ext4` of DigitalOcean's OpenAPI */
export interface VolumeRequest {
  readonly name: string;
  readonly region: string;
  /** Size in GiB; a volume from a snapshot has at least the snapshot's size. */
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
/** Fields of every kind of resource. */
export interface AccountResource {
  readonly id: string | number;
  readonly tags?: readonly string[] | null;
  /** For a volume: the Droplets that it is attached to. */
  readonly droplet_ids?: readonly number[];
}
/** The administrator's access to a cluster's API server. */
export interface ClusterCredentials {
  readonly server: string;
  /** PEM in base64. */
  readonly certificate_authority_data: string;
  readonly token: string;
}
export interface DomainRecord extends NamedRecord {
  readonly id: number;
  /** Name below the domain; `@` is the domain itself. */
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

/** The type of each kind's items in lists. */
export interface Listed {
  readonly cluster: Cluster;
  readonly droplet: Droplet;
  readonly "load balancer": LoadBalancer;
  readonly volume: Volume;
  readonly "volume snapshot": VolumeSnapshot;
}

export type AccountResourceKind = keyof Listed;
