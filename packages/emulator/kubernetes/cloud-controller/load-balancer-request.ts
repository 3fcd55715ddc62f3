import type { LoadBalancerRequest } from "../../account/cloud-port";
import type { Service, ServicePort } from "../api/objects";

/**
 * Prefix of the annotations by which a Service says how its load balancer is to be.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/1cfa66402c41c50e3b9ac74a407783d8ccbd2d96/cloud-controller-manager/do/lb_annotations.go
 */
const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
export const TYPE_ANNOTATION = `${ANNOTATION}type`;
const NAME_ANNOTATION = `${ANNOTATION}name`;
const PROTOCOL_ANNOTATION = `${ANNOTATION}protocol`;
const TLS_PORTS_ANNOTATION = `${ANNOTATION}tls-ports`;
const HTTP2_PORTS_ANNOTATION = `${ANNOTATION}http2-ports`;
const CERTIFICATE_ANNOTATIONS = [`${ANNOTATION}certificate-id`, `${ANNOTATION}certificate-name`];
const PASSTHROUGH_ANNOTATION = `${ANNOTATION}tls-passthrough`;
const SIZE_UNIT_ANNOTATION = `${ANNOTATION}size-unit`;
const SIZE_SLUG_ANNOTATION = `${ANNOTATION}size-slug`;
const NETWORK_ANNOTATION = `${ANNOTATION}network`;
export const HOSTNAME_ANNOTATION = `${ANNOTATION}hostname`;

const TYPES = ["REGIONAL", "REGIONAL_NETWORK"] as const;
const NETWORKS = ["EXTERNAL", "INTERNAL"] as const;
const PROTOCOLS = ["tcp", "http", "https", "http2"];
const ENCRYPTED = ["https", "http2"];
/** @see https://docs.digitalocean.com/reference/api/reference/load-balancers/ (`size`) */
const NODES_OF_SLUG: Readonly<Record<string, number>> = {
  "lb-small": 1,
  "lb-medium": 3,
  "lb-large": 6,
};
const MAX_SIZE_UNIT = 100;
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
  const type = oneOf(service, TYPE_ANNOTATION, TYPES, "REGIONAL_NETWORK");
  return {
    clusterId: cluster.clusterId,
    serviceUid: service.metadata.uid,
    name: nameOf(service),
    type,
    region: cluster.region,
    forwardingRules: (service.spec.ports ?? []).map((port) => forwardingRule(service, type, port)),
    dropletIds,
    sizeUnit: sizeUnitOf(service),
    network: oneOf(service, NETWORK_ANNOTATION, NETWORKS, "EXTERNAL"),
  };
}

function oneOf<const Value extends string>(
  service: Service,
  annotation: string,
  allowed: readonly Value[],
  fallback: Value,
): Value {
  const value = annotationOf(service, annotation) ?? fallback;
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw new Error(`annotation ${annotation} is "${value}", allowed are ${allowed.join(", ")}`);
  }
  return found;
}

function annotationOf({ metadata }: Service, annotation: string): string | undefined {
  return metadata.annotations?.[annotation];
}

function nameOf(service: Service): string {
  const name = `a${service.metadata.uid.replaceAll("-", "")}`.slice(0, MAX_NAME_LENGTH);
  return annotationOf(service, NAME_ANNOTATION) || name;
}

/** Nodes of the load balancer. */
function sizeUnitOf(service: Service): number {
  const unit = annotationOf(service, SIZE_UNIT_ANNOTATION);
  const slug = annotationOf(service, SIZE_SLUG_ANNOTATION);
  if (unit !== undefined && slug !== undefined) {
    throw new Error(
      `only one of annotations ${SIZE_UNIT_ANNOTATION} and ${SIZE_SLUG_ANNOTATION} can be specified`,
    );
  }
  if (slug !== undefined) {
    const slugs = Object.keys(NODES_OF_SLUG);
    return NODES_OF_SLUG[oneOf(service, SIZE_SLUG_ANNOTATION, slugs, slug)] ?? 1;
  }
  const nodes = Number(unit ?? 1);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > MAX_SIZE_UNIT) {
    throw new Error(
      `annotation ${SIZE_UNIT_ANNOTATION} is "${unit ?? ""}", allowed are whole numbers from 1 to ${MAX_SIZE_UNIT}`,
    );
  }
  return nodes;
}

/** A network load balancer hands packets on to the Service's port, one for HTTP opens the nodes' port. */
function forwardingRule(service: Service, type: LoadBalancerRequest["type"], port: ServicePort) {
  const transport = port.protocol === "UDP" ? "udp" : "tcp";
  const isNetwork = type === "REGIONAL_NETWORK";
  const protocol = isNetwork || transport === "udp" ? transport : protocolOf(service, port);
  return {
    entryProtocol: protocol,
    entryPort: port.port,
    targetProtocol: protocol,
    targetPort: isNetwork ? port.port : (port.nodePort ?? port.port),
  };
}

/** TLS ends at the load balancer, which needs a certificate for that, or is passed through. */
function protocolOf(service: Service, { port }: ServicePort): string {
  const general = oneOf(service, PROTOCOL_ANNOTATION, PROTOCOLS, "tcp");
  const isIn = (annotation: string) =>
    (annotationOf(service, annotation) ?? "").split(",").some((one) => one.trim() === String(port));
  const protocol = isIn(TLS_PORTS_ANNOTATION)
    ? "https"
    : isIn(HTTP2_PORTS_ANNOTATION)
      ? "http2"
      : general;
  const hasCertificate = CERTIFICATE_ANNOTATIONS.some((one) => annotationOf(service, one));
  const isPassed = annotationOf(service, PASSTHROUGH_ANNOTATION) === "true";
  if (ENCRYPTED.includes(protocol) && !hasCertificate && !isPassed) {
    throw new Error(
      `port ${port} is for ${protocol}: either certificate id should be set or tls pass through enabled`,
    );
  }
  return protocol;
}
