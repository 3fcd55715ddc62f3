import type { LoadBalancerRequest } from "../../account/cloud-port";
import type { LoadBalancerOptions } from "../../account/entities";
import type { Service, ServicePort } from "../api/objects";

/**
 * Prefix of a Service's annotations that configure its load balancer.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/1cfa66402c41c50e3b9ac74a407783d8ccbd2d96/cloud-controller-manager/do/lb_annotations.go
 */
const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
export const TYPE_ANNOTATION = `${ANNOTATION}type`;
const NAME_ANNOTATION = `${ANNOTATION}name`;
const PROTOCOL_ANNOTATION = `${ANNOTATION}protocol`;
const TLS_PORTS_ANNOTATION = `${ANNOTATION}tls-ports`;
const HTTP2_PORTS_ANNOTATION = `${ANNOTATION}http2-ports`;
export const CERTIFICATE_ID_ANNOTATION = `${ANNOTATION}certificate-id`;
const CERTIFICATE_NAME_ANNOTATION = `${ANNOTATION}certificate-name`;
const HTTP_PORTS_ANNOTATION = `${ANNOTATION}http-ports`;
const PASSTHROUGH_ANNOTATION = `${ANNOTATION}tls-passthrough`;
const SIZE_UNIT_ANNOTATION = `${ANNOTATION}size-unit`;
const SIZE_SLUG_ANNOTATION = `${ANNOTATION}size-slug`;
const NETWORK_ANNOTATION = `${ANNOTATION}network`;
export const HOSTNAME_ANNOTATION = `${ANNOTATION}hostname`;

const TYPES = ["REGIONAL", "REGIONAL_NETWORK"] as const;
const NETWORKS = ["EXTERNAL", "INTERNAL"] as const;
const PROTOCOLS = ["tcp", "http", "https", "http2"] as const;
type EntryProtocol = (typeof PROTOCOLS)[number];
const ENCRYPTED: readonly string[] = ["https", "http2"];
/** Ends TLS when there is a certificate and no annotation names a port for TLS. */
const SECURE_PORT = 443;
/** In seconds. */
const DEFAULT_IDLE_TIMEOUT = 60;
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
 * Returns the load balancer that a Service requests.
 *
 * @param certificateNamed - looks a certificate up; a load balancer for networks is built without
 * @throws Error for an annotation with a value that is not allowed, or the name of a certificate that is not there.
 * @see https://docs.digitalocean.com/products/kubernetes/how-to/configure-load-balancers/
 */
export function loadBalancerRequest(
  service: Service,
  cluster: { readonly clusterId: string; readonly region: string },
  dropletIds: readonly number[],
  certificateNamed: FindCertificate,
): LoadBalancerRequest & { readonly options: LoadBalancerOptions } {
  const type = oneOf(service, TYPE_ANNOTATION, TYPES, "REGIONAL_NETWORK");
  return {
    clusterId: cluster.clusterId,
    serviceUid: service.metadata.uid,
    name: nameOf(service),
    type,
    region: cluster.region,
    forwardingRules:
      type === "REGIONAL_NETWORK"
        ? (service.spec.ports ?? []).map(networkRule)
        : regionalRules(service, certificateNamed),
    options: optionsOf(service),
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

/** Number of the load balancer's nodes. */
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

/** Returns the id of the certificate with this name, or undefined. */
export type FindCertificate = (name: string) => string | undefined;

/** A network load balancer forwards packets to the Service's port and ignores annotations for TLS. */
function networkRule({ port, protocol }: ServicePort) {
  const transport = protocol === "UDP" ? "udp" : "tcp";
  return {
    entryProtocol: transport,
    entryPort: port,
    targetProtocol: transport,
    targetPort: port,
  };
}

/** An HTTP load balancer connects to the node port. It ends TLS with a certificate, or passes it through. */
function regionalRules(service: Service, certificateNamed: FindCertificate) {
  const certificateId = certificateIdOf(service, certificateNamed);
  const isPassed = annotationOf(service, PASSTHROUGH_ANNOTATION) === "true";
  const protocols = protocolsOf(service, certificateId !== "" || isPassed);
  const general = oneOf(service, PROTOCOL_ANNOTATION, PROTOCOLS, "tcp");
  return (service.spec.ports ?? []).map(({ port, nodePort, protocol }) => {
    const entryProtocol = protocol === "UDP" ? "udp" : (protocols.get(port) ?? general);
    const isEncrypted = ENCRYPTED.includes(entryProtocol);
    if (isEncrypted && certificateId === "" && !isPassed) {
      throw new Error(
        `port ${port} is for ${entryProtocol}: must set certificate id or enable tls pass through`,
      );
    }
    if (isEncrypted && certificateId !== "" && isPassed) {
      throw new Error("either certificate id should be set or tls pass through enabled, not both");
    }
    return {
      entryProtocol,
      entryPort: port,
      targetProtocol: isEncrypted && !isPassed ? "http" : entryProtocol,
      targetPort: nodePort ?? port,
      ...(isEncrypted && (isPassed ? { tlsPassthrough: true } : { certificateId })),
    };
  });
}

/** The id wins over the name. Empty without both. */
function certificateIdOf(service: Service, certificateNamed: FindCertificate): string {
  const id = annotationOf(service, CERTIFICATE_ID_ANNOTATION);
  const name = annotationOf(service, CERTIFICATE_NAME_ANNOTATION);
  if (id || !name) {
    return id ?? "";
  }
  const found = certificateNamed(name);
  if (found === undefined) {
    throw new Error(`certificate with name: "${name}" not found`);
  }
  return found;
}

/** The protocols of the ports that annotations name. */
function protocolsOf(service: Service, isSecure: boolean): Map<number, EntryProtocol> {
  const ports = (annotation: string) =>
    (annotationOf(service, annotation) ?? "").split(",").flatMap((port) => Number(port) || []);
  const [http, tls, http2] = [
    ports(HTTP_PORTS_ANNOTATION),
    ports(TLS_PORTS_ANNOTATION),
    ports(HTTP2_PORTS_ANNOTATION),
  ];
  const named = [...http, ...tls, ...http2];
  const shared = named.filter((port, index) => named.indexOf(port) < index);
  if (shared.length > 0) {
    throw new Error(
      `ports from annotations "${ANNOTATION}*-ports" cannot be shared but found: ${shared.join(", ")}`,
    );
  }
  const secure = isSecure && tls.length === 0 && !http2.includes(SECURE_PORT) ? [SECURE_PORT] : tls;
  return new Map([
    ...http.map((port) => [port, "http"] as const),
    ...secure.map((port) => [port, "https"] as const),
    ...http2.map((port) => [port, "http2"] as const),
  ]);
}

function optionsOf(service: Service): LoadBalancerOptions {
  const isOn = (name: string) => annotationOf(service, `${ANNOTATION}${name}`) === "true";
  const rules = (name: string) =>
    (annotationOf(service, `${ANNOTATION}${name}`) ?? "").split(",").flatMap((rule) => {
      const trimmed = rule.trim();
      return trimmed === "" ? [] : [trimmed];
    });
  // The Service's own field takes precedence over the annotation.
  const ranges = service.spec.loadBalancerSourceRanges?.map((range) => `cidr:${range}`) ?? [];
  return {
    redirectHttpToHttps: isOn("redirect-http-to-https"),
    enableProxyProtocol: isOn("enable-proxy-protocol"),
    enableBackendKeepalive: isOn("enable-backend-keepalive"),
    disableLetsEncryptDnsRecords: isOn("disable-lets-encrypt-dns-records"),
    httpIdleTimeoutSeconds: Number(
      annotationOf(service, `${ANNOTATION}http-idle-timeout-seconds`) ?? DEFAULT_IDLE_TIMEOUT,
    ),
    stickySessions: stickySessionsOf(service),
    firewall: {
      allow: ranges.length > 0 ? ranges : rules("allow-rules"),
      deny: rules("deny-rules"),
    },
  };
}

function stickySessionsOf(service: Service): LoadBalancerOptions["stickySessions"] {
  if (annotationOf(service, `${ANNOTATION}sticky-sessions-type`) !== "cookies") {
    return { type: "none" };
  }
  const cookieName = annotationOf(service, `${ANNOTATION}sticky-sessions-cookie-name`);
  const ttl = annotationOf(service, `${ANNOTATION}sticky-sessions-cookie-ttl`);
  if (!cookieName) {
    throw new Error("sticky session cookie name not specified, but required");
  }
  if (!ttl) {
    throw new Error("sticky session cookie ttl not specified, but required");
  }
  return { type: "cookies", cookieName, cookieTtlSeconds: Number(ttl) };
}
