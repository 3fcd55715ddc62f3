import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ApiClient } from "./api/client";
import { createBootstrapObjects } from "./bootstrap-objects";
import { CloudControllers } from "./cloud-controllers";
import type { ClusterFiles } from "./cluster-files";
import { apiServer, type ComponentCommand, controllerManager, kwok, scheduler } from "./components";
import type { ControlPlaneEndpoint, ControlPlaneSpec, NodeSpec } from "./control-planes";
import type { Etcd } from "./etcd";
import { KubeletServer } from "./kubelet/kubelet-server";
import { kwokConfig } from "./kwok-config";
import { NodePool } from "./nodes/node-pool";
import { awaitReady } from "./processes/await-ready";
import { isFree } from "./processes/free-port";
import { SupervisedProcess } from "./processes/supervised-process";
import type { Surroundings } from "./surroundings";

const START_TIMEOUT_MS = 90_000;
/** Time for the components to exit by themselves, in milliseconds. All their data is in etcd. */
const STOP_GRACE_MS = 2_000;

/**
 * A control plane: its processes, and DigitalOcean's controllers in it once it belongs to a cluster. It can run before there
 * is a cluster for it.
 */
export class ControlPlane {
  private readonly stopping = new AbortController();
  private processes: SupervisedProcess[] = [];
  private kubelet: KubeletServer | undefined;
  private client: ApiClient | undefined;
  private running: { nodes: NodePool; cloud: CloudControllers } | undefined;
  /** Its cluster, for the log. */
  private owner = "spare control plane";

  public constructor(
    private readonly files: ClusterFiles,
    /** CIDR of the Services: a running API server cannot change it. */
    private readonly serviceSubnet: string,
    private readonly surroundings: Surroundings,
  ) {}

  /** Starts all processes. @throws AbortError when it is stopped meanwhile. */
  public async start(etcd: Etcd): Promise<void> {
    this.stopping.signal.throwIfAborted();
    await this.startApiServer(etcd);
    this.client = this.newClient();
    await createBootstrapObjects(this.client);
    this.kubelet = await KubeletServer.start(this.client, this.files);
    const manager = this.startComponents(this.client);
    await this.awaitDefaultServiceAccount(this.client, manager);
  }

  /** Assigns it to a cluster: admits the account's users, and starts DigitalOcean's controllers. */
  public async serve(spec: ControlPlaneSpec): Promise<ControlPlaneEndpoint> {
    this.stopping.signal.throwIfAborted();
    if (!this.client) {
      throw new Error(`the control plane of cluster ${spec.clusterId} has not started`);
    }
    this.owner = `cluster ${spec.clusterName}`;
    this.surroundings.tokenReview.assign(this.files.id, spec.clusterId);
    const cloud = new CloudControllers(this.client, spec, this.files, this.surroundings);
    this.running = { cloud, nodes: await this.nodePool(this.client, spec) };
    await cloud.start();
    return {
      endpoint: this.files.endpoint,
      certificateAuthorityData: readFileSync(this.files.certificateFile).toString("base64"),
    };
  }

  /** Changes the cluster's nodes to these. @throws Error unless it is running. */
  public async setNodes(nodes: readonly NodeSpec[]): Promise<void> {
    if (!this.running) {
      throw new Error(`the control plane of ${this.owner} is not running`);
    }
    await this.running.nodes.set(nodes);
  }

  /** Returns the names of the Ready nodes; none while the cluster does not run. */
  public async readyNodes(): Promise<string[]> {
    return this.running?.nodes.ready() ?? [];
  }

  /** Stops everything and keeps the data. */
  public async stop(): Promise<void> {
    this.stopping.abort();
    const controllersStopped = Promise.all([this.running?.cloud.stop(), this.kubelet?.stop()]);
    this.kubelet = undefined;
    this.client?.close();
    await controllersStopped;
    await Promise.all(this.processes.map((process) => process.stop(STOP_GRACE_MS)));
  }

  private async startApiServer(etcd: Etcd): Promise<void> {
    if (!(await isFree(this.files.port))) {
      throw new Error(
        `port ${this.files.port} of 127.0.0.1, on which the API server of ${this.owner} listens, is taken by another program`,
      );
    }
    this.files.writeTokenReviewConfig(this.surroundings.tokenReview.urlFor(this.files.id));
    const command = apiServer(this.files, this.serviceSubnet, {
      endpoint: etcd.endpoint,
      prefix: `/${this.files.id}`,
    });
    await awaitReady({
      what: `the API server of ${this.owner}`,
      probe: () => this.isApiServerReady(),
      process: this.launch(command),
      timeoutMs: START_TIMEOUT_MS,
      signal: this.stopping.signal,
    });
    this.files.writeKubeconfigs();
  }

  /** Starts all but the API server; returns the controller manager. */
  private startComponents(client: ApiClient): SupervisedProcess {
    const configFile = this.files.path("kwok.yaml");
    writeFileSync(configFile, kwokConfig());
    const manager = this.launch(controllerManager(this.files));
    this.launch(scheduler(this.files));
    this.launch(kwok(this.files, configFile), () => releaseNodeLeases(client));
    return manager;
  }

  private launch(command: ComponentCommand, prepare?: () => Promise<void>): SupervisedProcess {
    this.stopping.signal.throwIfAborted();
    const process = new SupervisedProcess(
      {
        ...command,
        logFile: this.files.path(`logs/${command.program}.log`),
        pidFile: this.surroundings.pidFile(`${this.files.id}.${command.program}`),
        ...(prepare && { prepare }),
      },
      (line) => this.surroundings.log(`${this.owner}: ${line}`),
    );
    this.processes.push(process);
    process.start();
    return process;
  }

  private newClient(): ApiClient {
    const ca = readFileSync(this.files.certificateFile, "utf8");
    return new ApiClient(this.files.endpoint, ca, this.files.token("cloud"));
  }

  private async isApiServerReady(): Promise<boolean> {
    if (!existsSync(this.files.certificateFile)) {
      return false;
    }
    const client = this.newClient();
    try {
      return (await client.status("/readyz")) === 200;
    } catch {
      // The server does not listen yet.
      return false;
    } finally {
      client.close();
    }
  }

  private async nodePool(client: ApiClient, spec: ControlPlaneSpec): Promise<NodePool> {
    const { gitVersion } = await client.get<{ gitVersion: string }>("/version");
    return new NodePool(client, {
      clusterSubnet: spec.clusterSubnet,
      kubernetesVersion: gitVersion,
      kubeletPort: this.files.kubeletPort,
      doksVersion: spec.version,
    });
  }

  /** The last object of a new cluster. Without it pods cannot be created. */
  private async awaitDefaultServiceAccount(
    client: ApiClient,
    manager: SupervisedProcess,
  ): Promise<void> {
    await awaitReady({
      what: `the default service account of ${this.owner}`,
      probe: async () =>
        (await client.find("/api/v1/namespaces/default/serviceaccounts/default")) !== undefined,
      process: manager,
      timeoutMs: START_TIMEOUT_MS,
      signal: this.stopping.signal,
    });
  }
}

/**
 * Lets a new kwok take over the nodes at once: it would wait for the leases of the one before it to run out, and their
 * pods would stand still until then.
 */
async function releaseNodeLeases(client: ApiClient): Promise<void> {
  await client.delete("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
}
