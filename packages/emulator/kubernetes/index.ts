import { mkdirSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import type { CloudPort } from "../account/cloud-port";
import { LoadBalancerListeners } from "./cloud-controller/load-balancer-listeners";
import { ClusterFiles } from "./cluster-files";
import { ClusterFolders } from "./cluster-folders";
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

/** A spare control plane takes half a GiB: it is not started unless this many bytes of memory are free. */
const MEMORY_FOR_SPARE = 2 * 1024 ** 3;

export interface ControlPlanesOptions {
  /** Folder of the clusters' data. */
  readonly stateDirectory: string;
  readonly cloud: CloudPort;
  readonly log: (line: string) => void;
  /** Whether to keep a spare control plane ready for the next cluster. */
  readonly spare: boolean;
}

/** Runs control planes of real Kubernetes programs, which it finds by name on PATH. */
export function createControlPlanes(options: ControlPlanesOptions): ControlPlanes {
  return new LocalControlPlanes(options);
}

interface Started {
  readonly controlPlane: Promise<ControlPlane>;
  /** Settles when all its processes run. */
  readonly started: Promise<void>;
}

interface Spare extends Started {
  /** Name of its folder. */
  readonly folder: string;
  readonly serviceSubnet: string;
}

interface Cluster {
  readonly controlPlane: Promise<ControlPlane>;
  readonly endpoint: Promise<ControlPlaneEndpoint>;
}

class LocalControlPlanes implements ControlPlanes {
  private readonly clusters = new Map<string, Cluster>();
  private readonly folders: ClusterFolders;
  /** Folders of unused spare control planes of an earlier process. */
  private readonly leftovers: readonly string[];
  private readonly listeners: LoadBalancerListeners;
  private readonly tokenReview: Promise<TokenReviewServer>;
  private etcd: Promise<Etcd> | undefined;
  private spare: Spare | undefined;

  public constructor(private readonly options: ControlPlanesOptions) {
    const { stateDirectory, cloud, log } = options;
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    this.folders = new ClusterFolders(join(stateDirectory, "clusters"));
    this.leftovers = this.folders.unused();
    const listenersFile = join(stateDirectory, "load-balancers.json");
    this.listeners = new LoadBalancerListeners(listenersFile, cloud, log);
    this.tokenReview = this.openShared();
    // The caller that needs it sees the failure.
    this.tokenReview.catch(() => undefined);
  }

  public start(spec: ControlPlaneSpec): Promise<ControlPlaneEndpoint> {
    const existing = this.clusters.get(spec.clusterId);
    if (existing) {
      return existing.endpoint;
    }
    const { controlPlane, started } =
      this.spareFor(spec) ??
      this.launch(this.folders.find(spec.clusterId) ?? spec.clusterId, spec.serviceSubnet);
    const endpoint = started
      .then(async () => (await controlPlane).serve(spec))
      .catch(async (error: unknown) => {
        this.clusters.delete(spec.clusterId);
        await (await controlPlane).stop();
        throw error;
      });
    this.clusters.set(spec.clusterId, { controlPlane, endpoint });
    return endpoint;
  }

  public prepare(serviceSubnet: string): void {
    if (!this.options.spare || this.spare || freemem() < MEMORY_FOR_SPARE) {
      return;
    }
    const folder = this.folders.newSpare();
    const spare = { ...this.launch(folder, serviceSubnet), folder, serviceSubnet };
    this.spare = spare;
    spare.started.catch(async (error: unknown) => {
      // A cluster that has it by now reports this itself.
      if (this.spare === spare) {
        this.spare = undefined;
        this.options.log(`a spare control plane could not be started: ${String(error)}`);
        await (await spare.controlPlane).stop();
      }
    });
  }

  public get preparedSubnet(): string | undefined {
    return this.spare?.serviceSubnet;
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
    const folder = this.folders.find(clusterId);
    if (folder !== undefined) {
      await this.forget(folder, await this.sharedEtcd());
    }
  }

  public async close(): Promise<void> {
    const spare = this.spare;
    this.spare = undefined;
    await Promise.all([
      ...[...this.clusters.keys()].map((id) => this.stop(id)),
      spare?.controlPlane.then((controlPlane) => controlPlane.stop()),
    ]);
    await Promise.all([
      this.listeners.stop(),
      this.tokenReview.then((server) => server.stop()),
      this.etcd?.then((etcd) => etcd.stop()),
    ]);
  }

  /** Ends processes that an earlier emulator left running, then starts the services that all clusters share. */
  private async openShared(): Promise<TokenReviewServer> {
    await endRecordedProcesses(this.processDirectory, this.options.log);
    await this.listeners.restore();
    return TokenReviewServer.start(this.options.cloud);
  }

  private launch(folder: string, serviceSubnet: string): Started {
    const controlPlane = this.open(folder, serviceSubnet);
    const start = async () => (await controlPlane).start(await this.sharedEtcd());
    return { controlPlane, started: start() };
  }

  private async open(folder: string, serviceSubnet: string): Promise<ControlPlane> {
    const tokenReview = await this.tokenReview;
    const { cloud, log } = this.options;
    return new ControlPlane(await ClusterFiles.open(this.folders.path(folder)), serviceSubnet, {
      cloud,
      log,
      listeners: this.listeners,
      tokenReview,
      pidFile: (name) => join(this.processDirectory, `${name}.json`),
    });
  }

  /** Gives the spare control plane to a cluster, if it is new and the networks are the same. */
  private spareFor({ clusterId, serviceSubnet }: ControlPlaneSpec): Spare | undefined {
    const spare = this.spare;
    if (spare?.serviceSubnet !== serviceSubnet || this.folders.find(clusterId) !== undefined) {
      return undefined;
    }
    this.spare = undefined;
    this.folders.give(spare.folder, clusterId);
    return spare;
  }

  /** Deletes all data of a control plane. */
  private async forget(folder: string, etcd: Etcd): Promise<void> {
    await etcd.deletePrefix(`/${folder}/`);
    this.folders.remove(folder);
  }

  /** Stops a control plane, whether it runs or is starting. */
  private async stop(clusterId: string): Promise<void> {
    const cluster = this.clusters.get(clusterId);
    this.clusters.delete(clusterId);
    await (await cluster?.controlPlane)?.stop();
    // The caller of the interrupted start reports it.
    await cluster?.endpoint.catch(() => undefined);
  }

  private async sharedEtcd(): Promise<Etcd> {
    await this.tokenReview;
    this.etcd ??= this.startEtcd().catch((error: unknown) => {
      this.etcd = undefined;
      throw error;
    });
    return this.etcd;
  }

  private async startEtcd(): Promise<Etcd> {
    const { stateDirectory, log } = this.options;
    const etcd = await Etcd.start(stateDirectory, this.processDirectory, log);
    await Promise.all(this.leftovers.map((folder) => this.forget(folder, etcd)));
    return etcd;
  }

  private get processDirectory(): string {
    return join(this.options.stateDirectory, "processes");
  }
}
