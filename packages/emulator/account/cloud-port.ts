import type { LoadBalancerOptions } from "./entities";

/**
 * The account as the controllers inside a cluster (cloud-controller, CSI, the API server's token check) use it,
 * as DigitalOcean's own controllers ask its API. Implemented by the account, called by ../kubernetes.
 */
export interface CloudPort {
  /** Returns the user of a cluster token, or undefined when it is unknown, expired or for another cluster. */
  authenticate(clusterId: string, token: string): ClusterIdentity | undefined;

  /** Creates the load balancer of a Service, or updates the existing one with this `serviceUid`. */
  ensureLoadBalancer(request: LoadBalancerRequest): CloudLoadBalancer;
  /** Deletes a load balancer; does nothing if it is gone. */
  deleteLoadBalancer(id: string): void;
  /** Returns the certificate with this name, or undefined. */
  certificateNamed(name: string): CloudCertificate | undefined;
  /** Returns the certificate with this id, or undefined. */
  certificate(id: string): CloudCertificate | undefined;
  /** Returns the current certificate of a load balancer's port, or undefined if the port does not end TLS. */
  servedCertificate(loadBalancerId: string, port: number): ServedCertificate | undefined;
  /** Load balancers of a cluster that still exist in the account. */
  loadBalancersOf(clusterId: string): CloudLoadBalancer[];
  /**
   * Reports the traffic of a load balancer since the last call, for the monitoring metrics. `connections` is the most that
   * were open at once.
   */
  recordTraffic(
    loadBalancerId: string,
    traffic: { requests: number; bytes: number; connections?: number },
  ): void;

  /**
   * Creates a volume tagged with the cluster, or returns the one of the same name. One of a snapshot has its content, and
   * grows to the size.
   * @throws an Error whose message is the API's, e.g. when the account's volume limit is reached.
   */
  ensureVolume(request: {
    clusterId: string;
    name: string;
    sizeGiB: number;
    region: string;
    description: string;
    snapshotId?: string | undefined;
  }): CloudVolume;
  /** Deletes a volume; does nothing if it is gone. @throws while it is attached. */
  deleteVolume(id: string): void;
  /** Tags a volume with the cluster, too. */
  attachVolume(id: string, dropletId: number, clusterId: string): void;
  /** Mounts a volume on a node. Formats an empty volume if allowed. @throws when the volume is empty and may not be formatted. */
  mountVolume(id: string, formats: boolean): void;
  detachVolume(id: string, dropletId: number): void;
  resizeVolume(id: string, sizeGiB: number): void;

  /** Takes a snapshot tagged with the cluster, or returns the one of the same name. @throws as {@link ensureVolume} */
  ensureSnapshot(request: { clusterId: string; volumeId: string; name: string }): CloudSnapshot;
  /** @returns undefined when there is no snapshot with that id */
  findSnapshot(id: string): CloudSnapshot | undefined;
  /** Deletes a snapshot; does nothing if it is gone. */
  deleteSnapshot(id: string): void;
}

export interface ClusterIdentity {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

export interface LoadBalancerRequest {
  readonly clusterId: string;
  readonly serviceUid: string;
  /** `a<service uid without dashes>` unless the Service's annotation names it otherwise. */
  readonly name: string;
  /** @default "REGIONAL_NETWORK" (cloud-controller-manager since v0.1.61) */
  readonly type: "REGIONAL" | "REGIONAL_NETWORK";
  readonly region: string;
  readonly forwardingRules: readonly {
    readonly entryProtocol: string;
    readonly entryPort: number;
    readonly targetProtocol: string;
    readonly targetPort: number;
    /** Of the certificate that ends TLS. */
    readonly certificateId?: string;
    readonly tlsPassthrough?: boolean;
  }[];
  /** @default - the options of a load balancer without annotations */
  readonly options?: LoadBalancerOptions;
  readonly dropletIds: readonly number[];
  /** Number of the load balancer's nodes, 1 to 100. */
  readonly sizeUnit: number;
  /** INTERNAL: it only has an address in the VPC, which this machine cannot reach. */
  readonly network: "EXTERNAL" | "INTERNAL";
}

export interface CloudLoadBalancer {
  readonly id: string;
  readonly name: string;
  /** The loopback address it listens on, its own: `127.x.y.z`; of an internal one a private address: `10.x.y.z`. */
  readonly ip: string;
  readonly serviceUid: string;
  readonly forwardingRules: LoadBalancerRequest["forwardingRules"];
}

export interface CloudCertificate {
  readonly id: string;
  readonly name: string;
  readonly type: "custom" | "lets_encrypt";
}

/** PEM */
export interface ServedCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CloudVolume {
  readonly id: string;
  readonly name: string;
  readonly sizeGiB: number;
}

export interface CloudSnapshot {
  readonly id: string;
  /** RFC 3339 */
  readonly createdAt: string;
  /** Of a volume that is made of it, at least. */
  readonly sizeGiB: number;
}
