import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { isCustom } from "./kinds";
import { firstTwice } from "./list-keys";
import { type Port, portNameFaults } from "./port-names";
import type { ClusterFault } from "./served-kinds";

export function serviceFaults({ apiVersion, kind, spec }: KubernetesObject): ClusterFault[] {
  if (kind !== "Service" || apiVersion !== "v1") {
    return [];
  }
  const ports = listAt(spec, "ports") as readonly Port[];
  const isPortless =
    valueAt(spec, "type") === "ExternalName" || valueAt(spec, "clusterIP") === "None";
  const twice = firstTwice(ports.map(({ port, protocol = "TCP" }) => `${port} (${protocol})`));
  const twiceNamed = firstTwice(ports.flatMap(({ name }) => name ?? []));
  return [
    ...(ports.length === 0 && !isPortless
      ? [{ message: "it has no ports", fix: "add its ports" }]
      : []),
    ...(ports.length > 1 && ports.some(({ name }) => !name)
      ? [{ message: "it has several ports, and each needs a name", fix: "name its ports" }]
      : []),
    ...(twice === undefined
      ? []
      : [{ message: `it has port ${twice} twice`, fix: "remove one of them" }]),
    ...(twiceNamed === undefined
      ? []
      : [{ message: `two of its ports are named "${twiceNamed}"`, fix: "rename one of them" }]),
    ...ports.flatMap(({ port, targetPort }) => portNameFaults(`port ${port} goes to`, targetPort)),
  ];
}

/** @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types */
export function ingressFaults({ apiVersion, kind, spec }: KubernetesObject): ClusterFault[] {
  const paths = listAt(spec, "rules").flatMap((rule) => listAt(valueAt(rule, "http"), "paths"));
  return kind === "Ingress" && !isCustom(apiVersion)
    ? paths
        .filter((path) => valueAt(path, "pathType") === undefined)
        .map((one) => ({
          message: `its path ${(one as { readonly path?: string }).path ?? "/"} has no pathType`,
          fix: "set it to Prefix, Exact or ImplementationSpecific",
        }))
    : [];
}
