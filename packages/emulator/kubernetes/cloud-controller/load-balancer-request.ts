import type { LoadBalancerRequest } from "../../account/cloud-port";
import type { Service, ServicePort } from "../api/objects";

/** Prefix of the annotations by which a Service says how its load balancer is to be. */
const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
export const TYPE_ANNOTATION = `${ANNOTATION}type`;
const NAME_ANNOTATION = `${ANNOTATION}name`;
const PROTOCOL_ANNOTATION = `${ANNOTATION}protocol`;
export const HOSTNAME_ANNOTATION = `${ANNOTATION}hostname`;

const TYPES = ["REGIONAL", "REGIONAL_NETWORK"] as const;
const PROTOCOLS = ["tcp", "http", "https", "http2"];
/** Longest name that Kubernetes gives a load balancer. */
const MAX_NAME_LENGTH = 32;

/**
 * The load balancer that a Service asks for.
 *
 * @throws Error for an annotation with a value that is not allowed.
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/
 */
export function loadBalancerRequest(
  service: Service,
  cluster: { readonly clusterId: string; readonly region: string },
  dropletIds: readonly number[],
): LoadBalancerRequest {
  const type = typeOf(service);
  return {
    clusterId: cluster.clusterId,
    serviceUid: service.metadata.uid,
    name: nameOf(service),
    type,
    region: cluster.region,
    forwardingRules: (service.spec.ports ?? []).map((port) => forwardingRule(service, type, port)),
    dropletIds,
  };
}

function typeOf(service: Service): LoadBalancerRequest["type"] {
  const value = service.metadata.annotations?.[TYPE_ANNOTATION] ?? "REGIONAL_NETWORK";
  const type = TYPES.find((type) => type === value);
  if (!type) {
    throw new Error(`annotation ${TYPE_ANNOTATION} is "${value}", allowed are ${TYPES.join(", ")}`);
  }
  return type;
}

function nameOf({ metadata }: Service): string {
  const name = `a${metadata.uid.replaceAll("-", "")}`.slice(0, MAX_NAME_LENGTH);
  return metadata.annotations?.[NAME_ANNOTATION] || name;
}

/** A network load balancer hands packets on to the Service's port, one for HTTP opens the nodes' port. */
function forwardingRule(service: Service, type: LoadBalancerRequest["type"], port: ServicePort) {
  const transport = port.protocol === "UDP" ? "udp" : "tcp";
  const isNetwork = type === "REGIONAL_NETWORK";
  const protocol = isNetwork || transport === "udp" ? transport : protocolOf(service);
  return {
    entryProtocol: protocol,
    entryPort: port.port,
    targetProtocol: protocol,
    targetPort: isNetwork ? port.port : (port.nodePort ?? port.port),
  };
}

function protocolOf(service: Service): string {
  const protocol = service.metadata.annotations?.[PROTOCOL_ANNOTATION] ?? "tcp";
  if (!PROTOCOLS.includes(protocol)) {
    throw new Error(
      `annotation ${PROTOCOL_ANNOTATION} is "${protocol}", allowed are ${PROTOCOLS.join(", ")}`,
    );
  }
  return protocol;
}
