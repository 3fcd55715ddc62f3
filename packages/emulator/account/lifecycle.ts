import type { Clock } from "../clock";
import type { ControlPlaneSpec, ControlPlanes } from "../kubernetes/control-planes";
import type { ClusterNodes } from "./cluster-nodes";
import type { Cluster, ClusterState } from "./entities";
import type { Store } from "./store";
import { freeSubnets } from "./subnets";
import { timestamp } from "./time";

/** Interval of checks while nodes are not ready. */
const NODE_POLL_MS = 200;
const KEPT_STATUS_MESSAGES = 50;
/** How long a new cluster is left alone with the machine before the control plane of the next is started. */
const PREPARE_AFTER_MS = 15_000;
/** Pause before a failed removal is repeated. */
const REMOVAL_RETRY_MS = 1_000;

/** A running reconciliation. */
interface Pass {
  /** Whether something changed since its start, so that it must run again. */
  stale: boolean;
  /** Ends a wait after a change. */
  wake: () => void;
  finished: Promise<void>;
  /** Settles when the control plane runs, cannot run, or is no longer needed. */
  readonly started: Promise<void>;
  readonly markStarted: () => void;
}

/**
 * Makes the control planes on this machine what the account says they are: a cluster that was created comes up, one
 * whose pools changed gets other nodes, one that was deleted goes. Requests only change the account and ask for a
 * {@link reconcile}.
 */
export class ClusterLifecycle {
  private readonly passes = new Map<string, Pass>();
  /** Clusters with a control plane in this process. */
  private readonly started = new Set<string>();
  private preparation: NodeJS.Timeout | undefined;
  private closing = false;

  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly nodes: ClusterNodes,
    private readonly controlPlanes: ControlPlanes,
    private readonly log: (line: string) => void,
  ) {}

  /** Continues the work of the previous process. Settles when all control planes that can run are running. */
  public async resume(): Promise<void> {
    for (const { id } of [...this.store.clusters.all(), ...this.store.retiredClusters.all()]) {
      this.reconcile(id);
    }
    await Promise.all([...this.passes.values()].map((pass) => pass.started));
    this.prepareNext();
  }

  /** The Service network of the spare control plane. */
  public get preparedSubnet(): string | undefined {
    return this.controlPlanes.preparedSubnet;
  }

  /** Reconciles a cluster with the account, now or after the running reconciliation. */
  public reconcile(clusterId: string): void {
    const current = this.passes.get(clusterId);
    if (current) {
      current.stale = true;
      current.wake();
      return;
    }
    const pass = newPass();
    this.passes.set(clusterId, pass);
    pass.finished = this.run(clusterId, pass);
  }

  /** Stops all work; clusters stay as they are for the next {@link resume}. */
  public async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.preparation);
    const passes = [...this.passes.values()];
    for (const pass of passes) {
      pass.wake();
    }
    await Promise.all(passes.map((pass) => pass.finished));
  }

  private async run(clusterId: string, pass: Pass): Promise<void> {
    // Begins after the request that asked for it has been answered from the account as it left it.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (pass.stale && !this.closing) {
      pass.stale = false;
      try {
        await this.step(clusterId, pass);
      } catch (error) {
        if (this.closing) {
          break;
        }
        this.fail(clusterId, error instanceof Error ? error.message : String(error));
        if (this.store.retiredClusters.find(clusterId)) {
          await untilNews(pass, REMOVAL_RETRY_MS);
          pass.stale = true;
        }
      }
    }
    this.passes.delete(clusterId);
    pass.markStarted();
  }

  private async step(clusterId: string, pass: Pass): Promise<void> {
    const cluster = this.store.clusters.find(clusterId);
    if (!cluster) {
      await this.controlPlanes.remove(clusterId);
      this.started.delete(clusterId);
      this.store.retiredClusters.remove(clusterId);
      return;
    }
    if (cluster.state === "error" || cluster.fault === "stays-provisioning") {
      return;
    }
    if (cluster.fault === "ends-in-error") {
      throw new Error("the control plane could not be provisioned");
    }
    if (!this.started.has(clusterId)) {
      const { endpoint, certificateAuthorityData } = await this.controlPlanes.start(
        specOf(cluster),
      );
      this.started.add(clusterId);
      this.store.clusters.update(clusterId, { endpoint, certificateAuthorityData });
    }
    pass.markStarted();
    this.nodes.provision(clusterId);
    await this.controlPlanes.setNodes(clusterId, this.nodes.specs(clusterId));
    if (!pass.stale) {
      this.nodes.removeLeaving(clusterId);
    }
    await this.untilNodesRun(clusterId, pass);
  }

  private async untilNodesRun(clusterId: string, pass: Pass): Promise<void> {
    while (!pass.stale && !this.closing) {
      this.nodes.markRunning(clusterId, await this.controlPlanes.readyNodes(clusterId));
      if (this.nodes.allRunning(clusterId)) {
        this.enter(clusterId, "running", "");
        clearTimeout(this.preparation);
        this.preparation = setTimeout(() => this.prepareNext(), PREPARE_AFTER_MS).unref();
        return;
      }
      await untilNews(pass, NODE_POLL_MS);
    }
  }

  /** Prepares a control plane for the next cluster, which is then up at once. */
  private prepareNext(): void {
    if (this.closing) {
      return;
    }
    this.controlPlanes.prepare(freeSubnets(this.store.clusters.all()).service);
  }

  private fail(clusterId: string, reason: string): void {
    this.log(`cluster ${clusterId}: ${reason}`);
    // The rest can be the output of a program.
    const [message = ""] = reason.split("\n");
    const cluster = this.store.clusters.find(clusterId);
    if (cluster) {
      this.enter(clusterId, cluster.state === "provisioning" ? "error" : "degraded", message);
    }
  }

  private enter(clusterId: string, state: ClusterState, stateMessage: string): void {
    const cluster = this.store.clusters.find(clusterId);
    if (!cluster || (cluster.state === state && cluster.stateMessage === stateMessage)) {
      return;
    }
    const now = timestamp(this.clock.now());
    const message = stateMessage || `cluster is ${state}`;
    this.store.clusters.update(clusterId, {
      state,
      stateMessage,
      statusMessages: [...cluster.statusMessages, { message, timestamp: now }].slice(
        -KEPT_STATUS_MESSAGES,
      ),
      updatedAt: now,
    });
  }
}

function newPass(): Pass {
  let markStarted = () => {};
  const started = new Promise<void>((resolve) => {
    markStarted = resolve;
  });
  return { stale: true, wake: () => {}, finished: Promise.resolve(), started, markStarted };
}

/** Waits for a change, at most for the given time. */
function untilNews(pass: Pass, milliseconds: number): Promise<void> {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    pass.wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

function specOf(cluster: Cluster): ControlPlaneSpec {
  const { id, name, region, version, clusterSubnet, serviceSubnet } = cluster;
  return { clusterId: id, clusterName: name, region, version, clusterSubnet, serviceSubnet };
}
