/**
 * The account's interface to the machinery that runs a real Kubernetes control plane for each cluster.
 *
 * The account (../account) decides what exists; the control planes make it true on this machine. What the
 * controllers inside a cluster ask back of the account is {@link ../account/cloud-port.ts}.
 */
export interface ControlPlanes {
  /**
   * Starts the control plane of a cluster, or resumes one whose data is on disk. Resolves once its API server is
   * ready and the objects every DOKS cluster has (storage classes, the default namespaces) exist.
   */
  start(spec: ControlPlaneSpec): Promise<ControlPlaneEndpoint>;

  /**
   * Starts a control plane ahead of time, for a cluster that does not exist yet and will have this network for its Services.
   * Does nothing when one exists, or when spare control planes are disabled.
   */
  prepare(serviceSubnet: string): void;

  /** Returns the network of the spare control plane: a cluster with this network is up sooner. */
  readonly preparedSubnet: string | undefined;

  /** Changes the cluster's Node objects to exactly these. New nodes become Ready by themselves. */
  setNodes(clusterId: string, nodes: readonly NodeSpec[]): Promise<void>;

  /** Returns the names of the nodes that are Ready now. */
  readyNodes(clusterId: string): Promise<string[]>;

  /** Stops a control plane and deletes its data. Does nothing if it does not exist. */
  remove(clusterId: string): Promise<void>;

  /** Stops every process. Keeps the data for the next {@link start}. */
  close(): Promise<void>;
}

export interface ControlPlaneSpec {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly region: string;
  /** Slug of the DOKS version, e.g. `1.35.4-do.0`: a label of the nodes. */
  readonly version?: string;
  /** CIDR of the pods, e.g. `10.108.0.0/16`. */
  readonly clusterSubnet: string;
  /** CIDR of the Services, e.g. `10.109.0.0/19`. */
  readonly serviceSubnet: string;
}

export interface ControlPlaneEndpoint {
  /** `https://127.0.0.1:<port>`, the same after every restart. */
  readonly endpoint: string;
  /** PEM bundle in base64, as `certificate-authority-data` of a kubeconfig. */
  readonly certificateAuthorityData: string;
}

export interface NodeSpec {
  readonly name: string;
  /** The node's id in its pool (a UUID). */
  readonly id: string;
  readonly dropletId: number;
  readonly poolId: string;
  readonly poolName: string;
  readonly region: string;
  readonly size: {
    readonly slug: string;
    readonly vcpus: number;
    readonly memoryMiB: number;
    readonly diskGiB: number;
  };
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly {
    readonly key: string;
    readonly value: string;
    readonly effect: string;
  }[];
  readonly privateIp: string;
  readonly publicIp: string;
}
