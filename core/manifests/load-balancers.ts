import { type KubernetesObject, valueAt } from "./manifest";

/** A load balancer that DigitalOcean's cloud controller creates for an object of the tree. */
export interface LoadBalancer {
  /** Name of the Service or Gateway. */
  readonly name: string;
  /** The two kinds differ in price, and in what DigitalOcean measures of them. */
  readonly kind: "http" | "network";
  /** Nodes, each of which costs the price of one; 1 to 100. */
  readonly nodes: number;
}

const ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-";
/** Without it the load balancer is a REGIONAL_NETWORK one. */
const TYPE = `${ANNOTATION}type`;
const SIZE_UNIT = `${ANNOTATION}size-unit`;
const SIZE_SLUG = `${ANNOTATION}size-slug`;

/** @see https://docs.digitalocean.com/reference/api/reference/load-balancers/ (`size`) */
const NODES_OF_SLUG: Readonly<Record<string, number>> = {
  "lb-small": 1,
  "lb-medium": 3,
  "lb-large": 6,
};

/** DOKS's own class of Gateways, each of which gets a Service of type LoadBalancer. @see https://docs.digitalocean.com/products/kubernetes/how-to/use-gateway-api/ */
export const GATEWAY_CLASS = "cilium";

/**
 * The load balancers that a tree costs, in its order.
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

/** Whether DigitalOcean's cloud controller serves a Service: another class of load balancers is another controller's. */
export function isLoadBalanced({ apiVersion, kind, spec }: KubernetesObject): boolean {
  return (
    apiVersion === "v1" &&
    kind === "Service" &&
    valueAt(spec, "type") === "LoadBalancer" &&
    !valueAt(spec, "loadBalancerClass")
  );
}

/** Those of an object's load balancer; undefined when it gets none. */
function annotationsOf(object: KubernetesObject): Readonly<Record<string, unknown>> | undefined {
  if (isLoadBalanced(object)) {
    return object.metadata.annotations ?? {};
  }
  return isGateway(object)
    ? { ...(valueAt(object.spec, "infrastructure", "annotations") as object | undefined) }
    : undefined;
}

/** Whether DOKS's own controller gives an object a Service of type LoadBalancer. */
export function isGateway({ apiVersion, kind, spec }: KubernetesObject): boolean {
  return (
    kind === "Gateway" &&
    apiVersion.startsWith("gateway.networking.k8s.io/") &&
    valueAt(spec, "gatewayClassName") === GATEWAY_CLASS
  );
}

/** A size that is not allowed makes no load balancer at all: the cluster says so, and it costs nothing until then. */
function nodesOf(annotations: Readonly<Record<string, unknown>>): number {
  const unit = Number(annotations[SIZE_UNIT]);
  return Number.isInteger(unit) && unit >= 1
    ? unit
    : (NODES_OF_SLUG[String(annotations[SIZE_SLUG])] ?? 1);
}
