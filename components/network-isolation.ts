import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { BASELINE_LABEL } from "../core/tags";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

/** A namespace in its network. */
export interface NetworkPlace {
  readonly namespace: string;
  /** CIDR of the cluster's pods. */
  readonly podSubnet: pulumi.Input<string>;
  /** @default - the cluster is the environment's own */
  readonly sharing?: { readonly serviceSubnet: string; readonly baseline?: string };
}

/** A Droplet answers there with what it knows of itself, credentials of its start included. */
const METADATA_ADDRESSES = "169.254.0.0/16";
/** Kubernetes puts it on every namespace. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";
const OWN_PODS: Peer = { podSelector: {} };

/**
 * Lets in what comes from this namespace and from outside the cluster. In a shared cluster also what uses this
 * environment as its baseline; and out only to this namespace, the baseline, the cluster's DNS and the internet.
 */
export function isolationIn({ namespace, podSubnet, sharing }: NetworkPlace): NetworkPolicySpec {
  const outside = { ipBlock: { cidr: "0.0.0.0/0", except: [podSubnet] } };
  if (sharing === undefined) {
    return {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [OWN_PODS, outside] }],
    };
  }
  const { serviceSubnet, baseline } = sharing;
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [OWN_PODS, outside, namespacesWith({ [BASELINE_LABEL]: namespace })] }],
    egress: [
      {
        to: [
          OWN_PODS,
          ...(baseline === undefined ? [] : [namespacesWith({ [NAMESPACE_NAME]: baseline })]),
          {
            ipBlock: {
              cidr: "0.0.0.0/0",
              except: [podSubnet, serviceSubnet, METADATA_ADDRESSES],
            },
          },
        ],
      },
      {
        to: [
          {
            ...namespacesWith({ [NAMESPACE_NAME]: "kube-system" }),
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
  };
}

function namespacesWith(labels: Record<string, string>): Peer {
  return { namespaceSelector: { matchLabels: labels } };
}
