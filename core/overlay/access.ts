import { UserError } from "../errors";
import { isInternal } from "../manifests/entry";
import { isGateway } from "../manifests/load-balancers";
import type { KubernetesObject } from "../manifests/manifest";
import { type ObjectChange, withinCluster } from "./shared-changes";

const ALLOW_RULES = "service.beta.kubernetes.io/do-loadbalancer-allow-rules";
/**
 * Without `false` here, DigitalOcean opens a NodePort to the internet, at the nodes' own addresses.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/firewall_controller.go (createReconciledFirewallRequest)
 */
const OPENS_NODE_PORTS = "kubernetes.digitalocean.com/firewall-managed";

/** The annotations that make a Gateway's load balancer admit only clients from some networks. */
export function allowRules(networks: readonly string[]): Record<string, string> {
  return { [ALLOW_RULES]: networks.map((network) => `cidr:${network}`).join(",") };
}

/**
 * Admits only clients from some networks. With an empty list the environment is closed, and has no load balancer.
 *
 * Uses the Service's field loadBalancerSourceRanges, not an annotation: the field takes precedence, and the nodes
 * obey it, too.
 *
 * @throws {UserError} for a Gateway when no network is allowed
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go (buildFirewall)
 */
export function admitting(networks: readonly string[]): ObjectChange {
  return (object) => {
    if (isGateway(object)) {
      return admittingAtGateway(object, networks);
    }
    const { type } = { ...(object.spec as { readonly type?: string } | undefined) };
    const isOutward = object.kind === "Service" && (type === "NodePort" || type === "LoadBalancer");
    if (!isOutward || isInternal(object)) {
      return object;
    }
    if (networks.length === 0) {
      return withinCluster(object);
    }
    return type === "NodePort"
      ? annotated(object, { [OPENS_NODE_PORTS]: "false" })
      : { ...object, spec: { ...(object.spec as object), loadBalancerSourceRanges: networks } };
  };
}

function admittingAtGateway(
  gateway: KubernetesObject,
  networks: readonly string[],
): KubernetesObject {
  if (networks.length === 0) {
    throw new UserError(
      `Gateway "${gateway.metadata.name}" creates a load balancer, but the setting access admits no client`,
      "remove it from the overlay, or set access to public or to a list of networks",
    );
  }
  const spec = gateway.spec as {
    readonly infrastructure?: { readonly annotations?: Readonly<Record<string, string>> };
  };
  const annotations = { ...spec.infrastructure?.annotations, ...allowRules(networks) };
  return { ...gateway, spec: { ...spec, infrastructure: { ...spec.infrastructure, annotations } } };
}

function annotated(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  };
}
