import { type ApiClient, KubernetesError, type ObjectList } from "../api/client";
import type { Node, Taint } from "../api/objects";
import type { NodeSpec } from "../control-planes";
import { drain } from "./drain";
import { csiNodeObject, type KubeletFacts, nodeObject, nodeStatus } from "./node-object";
import { nextPodCidr } from "./pod-cidr";

const NODES = "/api/v1/nodes";
/** Taints under these keys are set by Kubernetes and describe the node's condition. */
const OWN_TAINT = /(^|\.)kubernetes\.io\//;

export interface ClusterFacts extends KubeletFacts {
  readonly clusterSubnet: string;
  /** Slug of the DOKS version, e.g. `1.35.4-do.0`. */
  readonly doksVersion?: string | undefined;
}

/** Reconciles a cluster's Node objects with its node pools. */
export class NodePool {
  public constructor(
    private readonly client: ApiClient,
    private readonly cluster: ClusterFacts,
  ) {}

  /** Adds, changes, drains and removes nodes until exactly these exist. */
  public async set(wanted: readonly NodeSpec[]): Promise<void> {
    const present = new Map((await this.list()).map((node) => [node.metadata.name, node]));
    const cidrs = new Set([...present.values()].flatMap((node) => node.spec.podCIDR ?? []));
    for (const spec of wanted) {
      const node = present.get(spec.name);
      present.delete(spec.name);
      const podCidr = node?.spec.podCIDR ?? nextPodCidr(this.cluster.clusterSubnet, cidrs);
      cidrs.add(podCidr);
      await this.apply(spec, podCidr);
      if (!node) {
        await this.register(spec);
      }
    }
    await Promise.all([...present.keys()].map((name) => this.remove(name)));
  }

  /** Names of the nodes that are Ready. */
  public async ready(): Promise<string[]> {
    return (await this.list()).filter(isReady).map((node) => node.metadata.name);
  }

  private async list(): Promise<readonly Node[]> {
    return (await this.client.get<ObjectList<Node>>(NODES)).items;
  }

  /** Server-side apply removes fields that the pool no longer has, and keeps those that others added. */
  private async apply(spec: NodeSpec, podCidr: string): Promise<void> {
    await this.client.patch(
      `${NODES}/${spec.name}?fieldManager=digitalocean&force=true`,
      nodeObject(spec, podCidr, this.cluster.doksVersion),
      "apply",
    );
    await this.setTaints(spec);
  }

  /** Not with apply: taints are one list, to which Kubernetes' controllers also write. */
  private async setTaints(spec: NodeSpec): Promise<void> {
    const path = `${NODES}/${spec.name}`;
    const node = await this.client.get<Node>(path);
    const { resourceVersion } = node.metadata;
    const taints = [...(node.spec.taints ?? []).filter(isOwn), ...spec.taints];
    try {
      await this.client.patch(path, { metadata: { resourceVersion }, spec: { taints } });
    } catch (error) {
      if (!(error instanceof KubernetesError && error.reason === "Conflict")) {
        throw error;
      }
      await this.setTaints(spec);
    }
  }

  /** Registers a node, as its kubelet does. */
  private async register(spec: NodeSpec): Promise<void> {
    const node = await this.client.patch<Node>(`${NODES}/${spec.name}/status`, {
      status: nodeStatus(spec, this.cluster),
    });
    await this.client.createIfAbsent(
      "/apis/storage.k8s.io/v1/csinodes",
      csiNodeObject(spec, node.metadata.uid),
    );
  }

  private async remove(name: string): Promise<void> {
    await drain(this.client, name);
    await this.client.delete(`${NODES}/${name}`);
  }
}

function isReady(node: Node): boolean {
  const conditions = node.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

function isOwn(taint: Taint): boolean {
  return OWN_TAINT.test(taint.key);
}
