/** The start of all annotations but two. */
const BASE = "service.beta.kubernetes.io/do-loadbalancer-";

/** Which load balancer is a Service's own; its cloud controller writes it there. */
export const LOAD_BALANCER_ID = "kubernetes.digitalocean.com/load-balancer-id";
/** Number of nodes of a Service's load balancer, and its older form. */
export const LOAD_BALANCER_SIZE_UNIT = `${BASE}size-unit`;
export const LOAD_BALANCER_SIZE_SLUG = `${BASE}size-slug`;

/**
 * Annotations by which a Service lays hands on what is the account's, or leaves its load balancer behind, with what comes
 * of them: DigitalOcean's cloud controller finds a Service's load balancer by its id, else by its name, in all the account,
 * and lets go of one that is disowned.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go
 */
export const UNSAFE_LOAD_BALANCER_ANNOTATIONS: Readonly<Record<string, string>> = {
  [LOAD_BALANCER_ID]: "could take another environment's load balancer",
  [`${BASE}name`]: "would share the load balancer of every environment with the same name",
  "service.kubernetes.io/do-loadbalancer-disown": "would leave its load balancer behind",
  [`${BASE}ip`]: "would take an address of the account",
};

/** Annotations that concern a Service's own load balancer alone. */
const HARMLESS = [
  "algorithm",
  "allow-rules",
  "deny-rules",
  "disable-lets-encrypt-dns-records",
  "enable-backend-keepalive",
  "enable-proxy-protocol",
  "healthcheck-check-interval-seconds",
  "healthcheck-healthy-threshold",
  "healthcheck-path",
  "healthcheck-port",
  "healthcheck-protocol",
  "healthcheck-response-timeout-seconds",
  "healthcheck-unhealthy-threshold",
  "http-idle-timeout-seconds",
  "http-ports",
  "http2-ports",
  "http3-port",
  "network",
  "network-stack",
  "override-health-check",
  "protocol",
  "redirect-http-to-https",
  "size-slug",
  "size-unit",
  "sticky-sessions-cookie-name",
  "sticky-sessions-cookie-ttl",
  "sticky-sessions-type",
  "tls-passthrough",
  "tls-ports",
  "type",
].map((name) => BASE + name);

/** Annotations that name what others in the account have, or what a load balancer calls itself. */
const OUTSIDE = ["certificate-id", "certificate-name", "hostname", "subnet-uuid"].map(
  (name) => BASE + name,
);

/** Those of DigitalOcean's annotations that a tree may have whose author is not trusted with the account. */
export const HARMLESS_LOAD_BALANCER_ANNOTATIONS: readonly string[] = HARMLESS;

/**
 * All annotations that DigitalOcean's cloud controller knows.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/lb_annotations.go (2026-08-19)
 */
export const LOAD_BALANCER_ANNOTATIONS: readonly string[] = [
  ...Object.keys(UNSAFE_LOAD_BALANCER_ANNOTATIONS),
  ...HARMLESS,
  ...OUTSIDE,
].sort();
