import type { RecordingOptions } from "./record-mocks";

export const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";
export const NODE_POOL = "digitalocean:index/kubernetesNodePool:KubernetesNodePool";
export const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/** Outputs of a cluster that DigitalOcean computes, as the provider returns them. */
export const computedByDigitalOcean: RecordingOptions["computed"] = {
  [CLUSTER]: () => ({
    endpoint: "https://cluster.example.com",
    clusterSubnet: "10.108.0.0/16",
    serviceSubnet: "10.109.0.0/19",
    createdAt: "2026-11-23T06:00:00Z",
    kubeConfigs: [{ clusterCaCertificate: "Q0E=", token: "the-token-of-the-state" }],
  }),
};
