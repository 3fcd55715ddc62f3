/** The prefix of all annotations but two. */
const BASE = "service.beta.kubernetes.io/do-loadbalancer-";

/** The id of a Service's load balancer. The cloud controller writes it. */
export const LOAD_BALANCER_ID = "kubernetes.digitalocean.com/load-balancer-id";
/** The number of nodes of a Service's load balancer, and its older form. */
export const LOAD_BALANCER_SIZE_UNIT = `${BASE}size-unit`;
export const LOAD_BALANCER_SIZE_SLUG = `${BASE}size-slug`;

/**
 * Annotations with which a Service could take over another resource of the account, or leave its load balancer
 * behind, each with its effect. DigitalOcean's cloud controller finds a Service's load balancer by id, else by name,
 * in the whole account, and abandons a disowned one.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go
 */
export const UNSAFE_LOAD_BALANCER_ANNOTATIONS: Readonly<Record<string, string>> = {
  [LOAD_BALANCER_ID]: "could take another environment's load balancer",
  [`${BASE}name`]: "would share the load balancer of every environment with the same name",
  "service.kubernetes.io/do-loadbalancer-disown": "would leave its load balancer behind",
  [`${BASE}ip`]: "would take an address of the account",
};

/** Annotations that affect only a Service's own load balancer. */
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

/** Annotations that refer to other resources in the account, or that set a load balancer's host name. */
const OUTSIDE = ["certificate-id", "certificate-name", "hostname", "subnet-uuid"].map(
  (name) => BASE + name,
);

/** DigitalOcean's annotations that are safe in a tree whose author is not trusted with the account. */
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
