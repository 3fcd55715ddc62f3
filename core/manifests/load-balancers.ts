import { type KubernetesObject, valueAt } from "./manifest";

/** A load balancer that DigitalOcean's cloud controller creates for an object of the tree. */
export interface LoadBalancer {
  readonly name: string;
  /** The kinds differ in price, and in DigitalOcean's metrics. */
  readonly kind: "http" | "network";
  /** Number of nodes, 1 to 100; each costs the price of one. */
  readonly nodes: number;
}

const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
/** A load balancer without it is a REGIONAL_NETWORK one. */
const TYPE = `${ANNOTATION}type`;
const SIZE_UNIT = `${ANNOTATION}size-unit`;
const SIZE_SLUG = `${ANNOTATION}size-slug`;

/** @see https://docs.digitalocean.com/reference/api/reference/load-balancers/ (`size`) */
const NODES_OF_SLUG: Readonly<Record<string, number>> = {
  "lb-small": 1,
  "lb-medium": 3,
  "lb-large": 6,
};

/** DOKS's own GatewayClass. Each of its Gateways gets a Service of type LoadBalancer. @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/ */
export const GATEWAY_CLASS = "cilium";

/**
 * The load balancers that a tree creates, in its order.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/1cfa66402c41c50e3b9ac74a407783d8ccbd2d96/cloud-controller-manager/do/lb_annotations.go
 */
export function loadBalancersOf(objects: readonly KubernetesObject[]): LoadBalancer[] {
  return objects.flatMap((object) => {
    const annotations = annotationsOf(object);
    return annotations === undefined
      ? []
      : [
          {
            name: object.metadata.name,
            kind: annotations[TYPE] === "REGIONAL" ? ("http" as const) : ("network" as const),
            nodes: nodesOf(annotations),
          },
        ];
  });
}

/**
 * Whether DigitalOcean's cloud controller serves a Service. Another load balancer class belongs to another
 * controller.
 */
export function isLoadBalanced({ apiVersion, kind, spec }: KubernetesObject): boolean {
  return (
    apiVersion === "v1" &&
    kind === "Service" &&
    valueAt(spec, "type") === "LoadBalancer" &&
    !valueAt(spec, "loadBalancerClass")
  );
}

/** The annotations of an object's load balancer; undefined for an object without one. */
function annotationsOf(object: KubernetesObject): Readonly<Record<string, unknown>> | undefined {
  if (isLoadBalanced(object)) {
    return object.metadata.annotations ?? {};
  }
  return isGateway(object)
    ? { ...(valueAt(object.spec, "infrastructure", "annotations") as object | undefined) }
    : undefined;
}

/** Whether DOKS's own controller creates a Service of type LoadBalancer for an object. */
export function isGateway({ apiVersion, kind, spec }: KubernetesObject): boolean {
  return (
    kind === "Gateway" &&
    apiVersion.startsWith("gateway.networking.k8s.io/") &&
    valueAt(spec, "gatewayClassName") === GATEWAY_CLASS
  );
}

/** The number of nodes. The cloud controller rejects a size that is not allowed, so nothing is created or billed. */
function nodesOf(annotations: Readonly<Record<string, unknown>>): number {
  const unit = Number(annotations[SIZE_UNIT]);
  return Number.isInteger(unit) && unit >= 1
    ? unit
    : (NODES_OF_SLUG[String(annotations[SIZE_SLUG])] ?? 1);
}
