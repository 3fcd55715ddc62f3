import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CloudPort } from "../account/cloud-port";
import { LoadBalancerListeners } from "./cloud-controller/load-balancer-listeners";
import { ClusterFiles } from "./cluster-files";
import { ControlPlane } from "./control-plane";
import type {
  ControlPlaneEndpoint,
  ControlPlaneSpec,
  ControlPlanes,
  NodeSpec,
} from "./control-planes";
import { Etcd } from "./etcd";
import { endRecordedProcesses } from "./processes/pid-record";
import { TokenReviewServer } from "./token-review";

export interface ControlPlanesOptions {
  /** Where the clusters' data is kept. */
  readonly stateDirectory: string;
  readonly cloud: CloudPort;
  readonly log: (line: string) => void;
}

/** Runs control planes of real Kubernetes programs, which it finds by name on PATH. */
export function createControlPlanes(options: ControlPlanesOptions): ControlPlanes {
  return new LocalControlPlanes(options);
}

interface Cluster {
  readonly controlPlane: Promise<ControlPlane>;
  readonly endpoint: Promise<ControlPlaneEndpoint>;
}

class LocalControlPlanes implements ControlPlanes {
  private readonly clusters = new Map<string, Cluster>();
  private readonly listeners: LoadBalancerListeners;
  private readonly tokenReview: Promise<TokenReviewServer>;
  private etcd: Promise<Etcd> | undefined;

  public constructor(private readonly options: ControlPlanesOptions) {
    const { stateDirectory, cloud, log } = options;
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    const listenersFile = join(stateDirectory, "load-balancers.json");
    this.listeners = new LoadBalancerListeners(listenersFile, cloud, log);
    this.tokenReview = this.prepare();
    // The caller that needs it sees the failure.
    this.tokenReview.catch(() => undefined);
  }

  public start(spec: ControlPlaneSpec): Promise<ControlPlaneEndpoint> {
    const existing = this.clusters.get(spec.clusterId);
    if (existing) {
      return existing.endpoint;
    }
    const controlPlane = this.open(spec);
    const endpoint = this.run(controlPlane).catch(async (error: unknown) => {
      this.clusters.delete(spec.clusterId);
      await (await controlPlane).stop();
      throw error;
    });
    this.clusters.set(spec.clusterId, { controlPlane, endpoint });
    return endpoint;
  }

  public async setNodes(clusterId: string, nodes: readonly NodeSpec[]): Promise<void> {
    const cluster = this.clusters.get(clusterId);
    if (!cluster) {
      throw new Error(`cluster ${clusterId} has no control plane`);
    }
    await cluster.endpoint;
    await (await cluster.controlPlane).setNodes(nodes);
  }

  public async readyNodes(clusterId: string): Promise<string[]> {
    const controlPlane = await this.clusters.get(clusterId)?.controlPlane;
    return controlPlane?.readyNodes() ?? [];
  }

  public async remove(clusterId: string): Promise<void> {
    await this.stop(clusterId);
    const directory = this.directoryOf(clusterId);
    if (existsSync(directory)) {
      await (await this.sharedEtcd()).deletePrefix(`/${clusterId}/`);
      ClusterFiles.remove(directory);
    }
  }

  public async close(): Promise<void> {
    await Promise.all([...this.clusters.keys()].map((id) => this.stop(id)));
    await Promise.all([
      this.listeners.stop(),
      this.tokenReview.then((server) => server.stop()),
      this.etcd?.then((etcd) => etcd.stop()),
    ]);
  }

  /** Ends what a predecessor left running, then opens what all clusters share. */
  private async prepare(): Promise<TokenReviewServer> {
    await endRecordedProcesses(this.processDirectory, this.options.log);
    await this.listeners.restore();
    return TokenReviewServer.start(this.options.cloud);
  }

  private async open(spec: ControlPlaneSpec): Promise<ControlPlane> {
    const tokenReview = await this.tokenReview;
    const { cloud, log } = this.options;
    return new ControlPlane(spec, await ClusterFiles.open(this.directoryOf(spec.clusterId)), {
      cloud,
      log,
      listeners: this.listeners,
      tokenReview,
      pidFile: (name) => join(this.processDirectory, `${name}.json`),
    });
  }

  private async run(controlPlane: Promise<ControlPlane>): Promise<ControlPlaneEndpoint> {
    const opened = await controlPlane;
    return opened.start(await this.sharedEtcd());
  }

  /** Stops a control plane, whether it runs or is starting. */
  private async stop(clusterId: string): Promise<void> {
    const cluster = this.clusters.get(clusterId);
    this.clusters.delete(clusterId);
    await (await cluster?.controlPlane)?.stop();
    // A start that was broken off is its caller's to hear of.
    await cluster?.endpoint.catch(() => undefined);
  }

  private async sharedEtcd(): Promise<Etcd> {
    await this.tokenReview;
    const { stateDirectory, log } = this.options;
    this.etcd ??= Etcd.start(stateDirectory, this.processDirectory, log).catch((error: unknown) => {
      this.etcd = undefined;
      throw error;
    });
    return this.etcd;
  }

  private get processDirectory(): string {
    return join(this.options.stateDirectory, "processes");
  }

  private directoryOf(clusterId: string): string {
    return join(this.options.stateDirectory, "clusters", clusterId);
  }
}
