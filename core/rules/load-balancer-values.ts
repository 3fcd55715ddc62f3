import { isLoadBalanced } from "../manifests/load-balancers";
import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import type { ClusterFault } from "./served-kinds";

const PREFIX = "service.beta.kubernetes.io/do-loadbalancer-";

/** The values of annotations. @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/70d527e38456469eadcf69624228eeaa4c0fec37/cloud-controller-manager/do/loadbalancers.go */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  network: ["EXTERNAL", "INTERNAL"],
  "size-slug": ["lb-small", "lb-medium", "lb-large"],
  type: ["REGIONAL", "REGIONAL_NETWORK"],
};
const SIZE_UNIT = /^([1-9]\d?|100)$/;
const CERTIFICATES = ["certificate-id", "certificate-name"];
/** Protocols for which a load balancer ends TLS, unless it passes it through. */
const ENCRYPTED: readonly unknown[] = ["https", "http2"];
/** As Go parses a boolean. @see https://pkg.go.dev/strconv#ParseBool */
const TRUE = /^(1|t|T|true|TRUE|True)$/;

/** Annotations whose values DigitalOcean's cloud controller rejects: it creates no load balancer, and repeats that for ever. */
export function invalidLoadBalancers(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.filter(isLoadBalanced).flatMap(({ kind, metadata, spec }) => {
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
    const open = portsWithoutCertificate(spec, annotations);
    return [
      ...values,
      ...(open.length === 0
        ? []
        : [
            {
              message: `${kind}/${metadata.name}: its load balancer is to end TLS at port ${open.join(", ")}, for which it has no certificate`,
              fix: "use the settings domain and https: managed, or set its annotation do-loadbalancer-certificate-id or do-loadbalancer-tls-passthrough in the overlay",
            },
          ]),
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

/** A load balancer for networks does not look at TLS. */
function portsWithoutCertificate(
  spec: unknown,
  annotations: Readonly<Record<string, string>>,
): number[] {
  const annotated = (name: string) => annotations[PREFIX + name];
  if (
    annotated("type") !== "REGIONAL" ||
    CERTIFICATES.some(annotated) ||
    TRUE.test(annotated("tls-passthrough") ?? "")
  ) {
    return [];
  }
  const isNamedBy = (name: string, port: number) =>
    // A number without quotes is another fault.
    String(annotated(name) ?? "")
      .split(",")
      .some((one) => Number(one) === port);
  return listAt(spec, "ports")
    .map((one) => Number(valueAt(one, "port")))
    .filter(
      (port) =>
        isNamedBy("tls-ports", port) ||
        isNamedBy("http2-ports", port) ||
        (ENCRYPTED.includes(annotated("protocol")) && !isNamedBy("http-ports", port)),
    );
}
