import { isLoadBalanced } from "../manifests/load-balancers";
import type { KubernetesObject } from "../manifests/manifest";
import type { ClusterFault } from "./served-kinds";

const PREFIX = "service.beta.kubernetes.io/do-loadbalancer-";

/** The values of annotations. @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  network: ["EXTERNAL", "INTERNAL"],
  "size-slug": ["lb-small", "lb-medium", "lb-large"],
  type: ["REGIONAL", "REGIONAL_NETWORK"],
};
const SIZE_UNIT = /^([1-9]\d?|100)$/;

/** Annotations whose values DigitalOcean's cloud controller rejects: it creates no load balancer, and repeats that for ever. */
export function invalidLoadBalancers(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.filter(isLoadBalanced).flatMap(({ kind, metadata }) => {
    const { annotations = {} } = metadata;
    const faultOf = (name: string, allowed: string): ClusterFault => ({
      message: `${kind}/${metadata.name}: its annotation do-loadbalancer-${name} is "${annotations[PREFIX + name] ?? ""}", but DigitalOcean allows ${allowed}`,
      fix: "set it to an allowed value, or remove it, in the overlay",
    });
    const values = Object.entries(VALUES).flatMap(([name, allowed]) => {
      const value = annotations[PREFIX + name];
      return value === undefined || allowed.includes(value)
        ? []
        : [faultOf(name, allowed.join(" or "))];
    });
    const unit = annotations[`${PREFIX}size-unit`];
    const isSizedTwice = unit !== undefined && annotations[`${PREFIX}size-slug`] !== undefined;
    return [
      ...values,
      ...(unit === undefined || SIZE_UNIT.test(unit)
        ? []
        : [faultOf("size-unit", "whole numbers from 1 to 100")]),
      ...(isSizedTwice
        ? [
            {
              message: `${kind}/${metadata.name}: it has both annotations do-loadbalancer-size-unit and do-loadbalancer-size-slug, but DigitalOcean allows only one`,
              fix: "remove do-loadbalancer-size-slug in the overlay",
            },
          ]
        : []),
    ];
  });
}
