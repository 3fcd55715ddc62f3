/**
 * The resources of an account. Names and values are DigitalOcean's (in camelCase; ../api/wire.ts translates), times are
 * RFC 3339 in whole seconds. Entities are never changed in place: a {@link Collection} replaces them.
 */

export interface Profile {
  readonly uuid: string;
  readonly email: string;
  readonly name: string;
  readonly team: { readonly uuid: string; readonly name: string };
  readonly dropletLimit: number;
  readonly floatingIpLimit: number;
  readonly volumeLimit: number;
  readonly createdAt: string;
}

/** A fault of a cluster, for tests. */
export type ClusterFault = "ends-in-error" | "stays-provisioning";

export type ClusterState = "provisioning" | "running" | "degraded" | "error" | "upgrading";

/** Features of a cluster with a switch `{ "enabled": bool }`, off by default. */
export const clusterSwitches = [
  "routingAgent",
  "amdGpuDevicePlugin",
  "amdGpuDeviceMetricsExporterPlugin",
  "nvidiaGpuDevicePlugin",
  "rdmaSharedDevPlugin",
  "corednsAutoscaler",
  "p2pOciRegistryPlugin",
] as const;
export type ClusterSwitch = (typeof clusterSwitches)[number];

export interface Cluster {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly version: string;
  readonly clusterSubnet: string;
  readonly serviceSubnet: string;
  readonly vpcUuid: string;
  /** The user's tags; DigitalOcean's own are added when they are shown. */
  readonly tags: readonly string[];
  readonly nodePools: readonly NodePool[];
  readonly maintenancePolicy: { readonly startTime: string; readonly day: string };
  readonly autoUpgrade: boolean;
  readonly surgeUpgrade: boolean;
  readonly ha: boolean;
  readonly switches: Readonly<Record<ClusterSwitch, boolean>>;
  readonly controlPlaneFirewall: ControlPlaneFirewall;
  readonly clusterAutoscalerConfiguration: AutoscalerConfiguration | null;
  readonly sso: SingleSignOn | null;
  /** Names of the container registries the cluster may pull from. */
  readonly registries: readonly string[];
  readonly state: ClusterState;
  readonly stateMessage: string;
  readonly statusMessages: readonly { readonly message: string; readonly timestamp: string }[];
  /** URL of the API server; empty until the control plane is up. */
  readonly endpoint: string;
  /** The API server's CA bundle, PEM in base64; empty until the control plane is up. */
  readonly certificateAuthorityData: string;
  readonly fault: ClusterFault | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ControlPlaneFirewall {
  readonly enabled: boolean;
  readonly allowedAddresses: readonly string[];
}

export interface AutoscalerConfiguration {
  readonly scaleDownUtilizationThreshold?: number | undefined;
  readonly scaleDownUnneededTime?: string | undefined;
  readonly expanders?: readonly string[] | undefined;
}

export interface SingleSignOn {
  readonly enabled: boolean;
  readonly required: boolean;
  readonly issuerUrl: string;
  readonly clientId: string;
}

export interface NodePool {
  readonly id: string;
  readonly name: string;
  readonly size: string;
  readonly count: number;
  /** The user's tags; DigitalOcean's own are added when they are shown. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly autoScale: boolean;
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly nodes: readonly PoolNode[];
  /** Whether the pool is deleted together with its last node. */
  readonly deleting: boolean;
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface PoolNode {
  readonly id: string;
  /** Empty until its Droplet exists. */
  readonly name: string;
  readonly dropletId: number | null;
  readonly state: "provisioning" | "running" | "deleting";
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Droplet {
  readonly id: number;
  readonly name: string;
  readonly region: string;
  readonly size: string;
  readonly status: "new" | "active";
  readonly tags: readonly string[];
  readonly vpcUuid: string;
  readonly privateIp: string;
  readonly publicIp: string;
  readonly createdAt: string;
  /** Id of the node that runs on this Droplet. */
  readonly clusterId: string;
  readonly nodeId: string;
}

export interface LoadBalancer {
  readonly id: string;
  readonly name: string;
  readonly ip: string;
  readonly type: "REGIONAL" | "REGIONAL_NETWORK";
  readonly region: string;
  readonly vpcUuid: string;
  readonly forwardingRules: readonly {
    readonly entryProtocol: string;
    readonly entryPort: number;
    readonly targetProtocol: string;
    readonly targetPort: number;
    /** Of the certificate that ends TLS. */
    readonly certificateId?: string;
    readonly tlsPassthrough?: boolean;
  }[];
  readonly dropletIds: readonly number[];
  /** Number of its nodes. */
  readonly sizeUnit: number;
  readonly network: "EXTERNAL" | "INTERNAL";
  readonly options?: LoadBalancerOptions;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly clusterId: string;
  readonly serviceUid: string;
}

/** Settings of a load balancer that the API stores and returns unchanged. */
export interface LoadBalancerOptions {
  readonly redirectHttpToHttps: boolean;
  readonly enableProxyProtocol: boolean;
  readonly enableBackendKeepalive: boolean;
  /** Whether Let's Encrypt's certificates leave the apex of their domain alone. */
  readonly disableLetsEncryptDnsRecords: boolean;
  readonly httpIdleTimeoutSeconds: number;
  readonly stickySessions: {
    readonly type: "none" | "cookies";
    readonly cookieName?: string;
    readonly cookieTtlSeconds?: number;
  };
  /** Rules such as `ip:203.0.113.7` and `cidr:203.0.113.0/24`. */
  readonly firewall: { readonly allow: readonly string[]; readonly deny: readonly string[] };
}

/** A zone. Its name identifies it. */
export interface Domain {
  readonly id: string;
  readonly createdAt: string;
}

export type RecordType = "A" | "AAAA" | "CAA" | "CNAME" | "MX" | "NS" | "SOA" | "SRV" | "TXT";

export interface DomainRecord {
  readonly id: number;
  /** Name of the zone. */
  readonly domain: string;
  readonly type: RecordType;
  /** Name below the zone; `@` is the zone itself. */
  readonly name: string;
  readonly data: string;
  /** In seconds. */
  readonly ttl: number;
  readonly priority: number | null;
  readonly port: number | null;
  readonly weight: number | null;
  readonly flags: number | null;
  readonly tag: string | null;
}

export interface Certificate {
  /** Changes at each renewal. */
  readonly id: string;
  readonly name: string;
  readonly type: "custom" | "lets_encrypt";
  readonly state: "pending" | "verified" | "error";
  readonly dnsNames: readonly string[];
  readonly createdAt: string;
  readonly notAfter: string;
  /** This field and the next two are empty until the certificate is issued. */
  readonly sha1Fingerprint: string;
  /** PEM: the certificate and its chain. */
  readonly chain: string;
  /** PEM. No answer shows it. */
  readonly privateKey: string;
}

/** The traffic of a load balancer in one minute. */
export interface Traffic {
  /** `<load balancer id>/<minute>` */
  readonly id: string;
  readonly loadBalancerId: string;
  /** Start of the minute, Unix time in seconds. */
  readonly minute: number;
  readonly requests: number;
  readonly bytes: number;
  /** Most connections open at once. */
  readonly connections: number;
}

/** Emulated content of a volume: a copy has the same id. */
export interface VolumeContent {
  readonly id: string;
  /** Whether no process was writing to it during the copy. */
  readonly clean: boolean;
  /** Space that it takes, in GiB. */
  readonly gigabytes: number;
}

export interface Volume {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly sizeGigabytes: number;
  readonly filesystemType: string;
  readonly filesystemLabel: string;
  readonly dropletIds: readonly number[];
  readonly tags: readonly string[];
  readonly createdAt: string;
  /** Absent before the first mount. */
  readonly content?: VolumeContent | undefined;
}

export interface VolumeSnapshot {
  readonly id: string;
  readonly name: string;
  /** Id of its volume. */
  readonly resourceId: string;
  readonly region: string;
  /** Size of the volume at that time, in GiB, which is also the minimum size of a volume created from it. */
  readonly minDiskSize: number;
  /** The space that is billed, in GiB. */
  readonly sizeGigabytes: number;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly content?: VolumeContent | undefined;
}

/** An action on a volume. The emulator performs each action immediately, so all are completed. */
export interface Action {
  readonly id: number;
  readonly type: "attach_volume" | "detach_volume" | "resize_volume";
  readonly volumeId: string;
  readonly region: string;
  readonly startedAt: string;
  readonly completedAt: string;
}

export interface Registry {
  /** The name of a registry identifies it. */
  readonly id: string;
  readonly region: string;
  readonly createdAt: string;
}

export interface RegistrySubscription {
  readonly id: "subscription";
  readonly tierSlug: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An image in a registry. */
export interface ImageManifest {
  /** `<registry>/<repository>@<digest>` */
  readonly id: string;
  readonly registryName: string;
  readonly repository: string;
  /** `sha256:` and 64 hex digits */
  readonly digest: string;
  /** Uncompressed. */
  readonly sizeBytes: number;
  readonly updatedAt: string;
}

/** The name of an image, which can be moved to another one. */
export interface ImageTag {
  /** `<registry>/<repository>:<tag>` */
  readonly id: string;
  readonly registryName: string;
  readonly repository: string;
  readonly tag: string;
  readonly manifestDigest: string;
  readonly updatedAt: string;
}

export interface GarbageCollection {
  readonly id: string;
  readonly registryName: string;
  readonly createdAt: string;
  /** Set when it was cancelled before its end. */
  readonly cancelledAt: string | null;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly purpose: string;
  readonly environment: "Development" | "Staging" | "Production" | "";
  readonly isDefault: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Project of a resource that was moved out of the default project. */
export interface ProjectAssignment {
  /** The resource's URN, e.g. `do:kubernetes:<id>`. */
  readonly id: string;
  readonly projectId: string;
  readonly assignedAt: string;
}

export interface Vpc {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly ipRange: string;
  readonly default: boolean;
  readonly createdAt: string;
}

/** A tag that was created with the tags API, so it can exist without a resource. */
export interface Tag {
  /** The name of a tag identifies it. */
  readonly id: string;
}

/** A token for the account's API with limited scopes. Only its hash is stored. */
export interface ApiToken {
  /** SHA-256 of the token, in hex. */
  readonly id: string;
  /** `<resource>:<action>` */
  readonly scopes: readonly string[];
  readonly createdAt: string;
}

/** A token for a cluster's API server. Only its hash is stored. */
export interface ClusterToken {
  /** SHA-256 of the token, in hex. */
  readonly id: string;
  readonly clusterId: string;
  readonly expiresAt: string;
}

/** A period in which a resource was billed at one price. */
export interface Usage {
  readonly id: string;
  readonly product: string;
  readonly resourceId: string;
  readonly description: string;
  /** Name of the cluster it belongs to, or empty. */
  readonly groupDescription: string;
  readonly monthlyUsd: number;
  readonly billedPer: "second" | "hour";
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** A deleted cluster whose control plane may still have to be removed. */
export interface RetiredCluster {
  readonly id: string;
}
