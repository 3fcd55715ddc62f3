import type { NodeSpec } from "../control-planes";
import { CSI_DRIVER, MAX_VOLUMES_PER_NODE, TOPOLOGY_KEY } from "../csi/driver";
import { resourcesOf } from "./capacity";

/** `digitalocean://<droplet id>`: how Kubernetes' objects refer to a droplet. */
export const PROVIDER_PREFIX = "digitalocean://";

export interface KubeletFacts {
  /** The version that the nodes' kubelet reports, e.g. `v1.35.4`. */
  readonly kubernetesVersion: string;
  /** Port on which it listens on this machine. */
  readonly kubeletPort: number;
}

/** A Node object as DOKS registers it, without its taints and status. */
export function nodeObject(node: NodeSpec, podCidr: string, doksVersion?: string): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      labels: { ...node.labels, ...doksLabels(node, doksVersion) },
      annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
    },
    spec: {
      providerID: `${PROVIDER_PREFIX}${node.dropletId}`,
      podCIDR: podCidr,
      podCIDRs: [podCidr],
    },
  };
}

/** The node object that a kubelet registers; its conditions follow. */
export function nodeStatus(node: NodeSpec, kubelet: KubeletFacts): object {
  return {
    ...resourcesOf(node.size),
    addresses: [
      { type: "Hostname", address: node.name },
      { type: "InternalIP", address: node.privateIp },
      { type: "ExternalIP", address: node.publicIp },
      // Not on DOKS: directs the API server to the emulated kubelet.
      { type: "InternalDNS", address: "localhost" },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: kubelet.kubeletPort } },
    nodeInfo: {
      architecture: "amd64",
      operatingSystem: "linux",
      osImage: "emulated",
      kernelVersion: "emulated",
      containerRuntimeVersion: "emulated://1",
      kubeletVersion: kubelet.kubernetesVersion,
      kubeProxyVersion: "",
      machineID: "",
      systemUUID: "",
      bootID: "",
    },
  };
}

/** The scheduler reads the node's volume limit from it, and the attacher the Droplet's id. */
export function csiNodeObject(node: NodeSpec, nodeUid: string): object {
  return {
    metadata: {
      name: node.name,
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.name, uid: nodeUid }],
    },
    spec: {
      drivers: [
        {
          name: CSI_DRIVER,
          nodeID: String(node.dropletId),
          topologyKeys: [TOPOLOGY_KEY],
          allocatable: { count: MAX_VOLUMES_PER_NODE },
        },
      ],
    },
  };
}

/** The labels that DOKS and its cloud controller give a node. */
function doksLabels(node: NodeSpec, doksVersion?: string): Record<string, string> {
  return {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/instance-type": node.size.slug,
    "beta.kubernetes.io/os": "linux",
    "doks.digitalocean.com/managed": "true",
    "doks.digitalocean.com/node-id": node.id,
    "doks.digitalocean.com/node-pool": node.poolName,
    "doks.digitalocean.com/node-pool-id": node.poolId,
    ...(doksVersion && { "doks.digitalocean.com/version": doksVersion }),
    "failure-domain.beta.kubernetes.io/region": node.region,
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": node.name,
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": node.size.slug,
    "topology.kubernetes.io/region": node.region,
    [TOPOLOGY_KEY]: node.region,
  };
}
