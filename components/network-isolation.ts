import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { BASELINE_LABEL } from "../core/labels";

type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;
type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;

export interface NetworkPlace {
  readonly namespace: string;
  /** CIDRs of the cluster's pods and of its Services. */
  readonly podSubnet: pulumi.Input<string>;
  readonly serviceSubnet: pulumi.Input<string>;
  /** Namespace of the environment that provides the services which are not deployed. */
  readonly baseline?: string;
}

/**
 * Private addresses: the VPC with the nodes, their kubelets and other resources of the account, and the addresses of a
 * Droplet's metadata, which includes its bootstrap credentials.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry/
 * @see https://docs.digitalocean.com/products/droplets/how-to/access-metadata/
 */
const NOT_THE_INTERNET = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
];
/** Kubernetes sets this label on every namespace. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";
const OWN_PODS: Peer = { podSelector: {} };
const DNS_PORT = 53;

/**
 * Allows ingress from this namespace, from outside the cluster, and from environments with this one as their
 * baseline; and egress only to this namespace, the baseline, the cluster's DNS and the internet.
 */
export function isolationIn({
  namespace,
  podSubnet,
  serviceSubnet,
  baseline,
}: NetworkPlace): NetworkPolicySpec {
  const outside = { ipBlock: { cidr: "0.0.0.0/0", except: [podSubnet] } };
  const internet = {
    ipBlock: { cidr: "0.0.0.0/0", except: [...NOT_THE_INTERNET, podSubnet, serviceSubnet] },
  };
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [OWN_PODS, outside, namespacesWith({ [BASELINE_LABEL]: namespace })] }],
    egress: [
      {
        to: [
          OWN_PODS,
          ...(baseline === undefined ? [] : [namespacesWith({ [NAMESPACE_NAME]: baseline })]),
          internet,
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
          { protocol: "UDP", port: DNS_PORT },
          { protocol: "TCP", port: DNS_PORT },
        ],
      },
    ],
  };
}

/**
 * Further egress that only Cilium can express: to the API server, wherever DigitalOcean runs it, and to databases in
 * the VPC by their names, whose addresses change.
 *
 * @param databases - each as `<host name or IPv4 address>:<port>`
 * @see https://docs.cilium.io/en/stable/security/policy/language/#dns-based
 */
export function openingsTo(databases: readonly string[]): object {
  return {
    endpointSelector: {},
    egress: [
      { toEntities: ["kube-apiserver"] },
      ...databases.map((database) => {
        const [host = "", port = ""] = database.split(":");
        return {
          ...(/^[\d.]+$/.test(host)
            ? { toCIDR: [`${host}/32`] }
            : { toFQDNs: [{ matchName: host }] }),
          toPorts: [{ ports: [{ port, protocol: "TCP" }] }],
        };
      }),
      // Cilium learns a name's addresses from the DNS answers that this rule lets through.
      ...(databases.length === 0
        ? []
        : [
            {
              toEndpoints: [
                {
                  matchLabels: {
                    "k8s:io.kubernetes.pod.namespace": "kube-system",
                    "k8s:k8s-app": "kube-dns",
                  },
                },
              ],
              toPorts: [
                {
                  ports: [{ port: String(DNS_PORT), protocol: "ANY" }],
                  rules: { dns: [{ matchPattern: "*" }] },
                },
              ],
            },
          ]),
    ],
  };
}

function namespacesWith(labels: Record<string, string>): Peer {
  return { namespaceSelector: { matchLabels: labels } };
}
