import type { CloudPort } from "../../../account/cloud-port";
import type {
  ControlPlaneEndpoint,
  ControlPlaneSpec,
  ControlPlanes,
  NodeSpec,
} from "../../../kubernetes/control-planes";

/** Control planes that exist in memory only: here it is the API that is tested. */
export class FakeControlPlanes implements ControlPlanes {
  /** The nodes that each cluster was given. */
  public readonly nodes = new Map<string, readonly NodeSpec[]>();
  public readonly removed: string[] = [];
  /** Until it is opened, no control plane comes up. */
  public gate: Promise<void> = Promise.resolve();
  /** Set: control planes do not come up, for this reason. */
  public failure: string | undefined;
  /** How many removals fail before one succeeds. */
  public failingRemovals = 0;

  /** Where the API server of each cluster that is started answers. */
  public endpoint: ControlPlaneEndpoint = {
    endpoint: "https://127.0.0.1:6443",
    certificateAuthorityData: Buffer.from("a certificate").toString("base64"),
  };
  /** What they were told to prepare for. */
  public preparedSubnet: string | undefined;

  public constructor(public readonly cloud: CloudPort) {}

  public prepare(serviceSubnet: string): void {
    this.preparedSubnet = serviceSubnet;
  }

  public async start({ clusterId }: ControlPlaneSpec): Promise<ControlPlaneEndpoint> {
    await this.gate;
    if (this.failure !== undefined) {
      throw new Error(this.failure);
    }
    this.nodes.set(clusterId, this.nodes.get(clusterId) ?? []);
    return this.endpoint;
  }

  public async setNodes(clusterId: string, nodes: readonly NodeSpec[]): Promise<void> {
    this.nodes.set(clusterId, nodes);
  }

  public async readyNodes(clusterId: string): Promise<string[]> {
    return (this.nodes.get(clusterId) ?? []).map((node) => node.name);
  }

  public async remove(clusterId: string): Promise<void> {
    if (this.failingRemovals > 0) {
      this.failingRemovals--;
      throw new Error("a process does not end");
    }
    this.nodes.delete(clusterId);
    this.removed.push(clusterId);
  }

  public async close(): Promise<void> {
    this.nodes.clear();
  }
}
