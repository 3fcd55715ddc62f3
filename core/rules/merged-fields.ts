import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { parseQuantity } from "../quantity";
import type { ClusterFault } from "./served-kinds";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"];
const PROBE_HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"];
const HOOKS = ["postStart", "preStop"];
const HOOK_HANDLERS = ["exec", "httpGet", "tcpSocket", "sleep"];
const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

/**
 * Fields that are valid alone, but not together: kustomize merges a patch into its base, and leaves what the patch should have
 * replaced.
 *
 * @param pod - the specification of its pods, if it has any
 */
export function mergedFields(object: KubernetesObject, pod: unknown): ClusterFault[] {
  const containers = [...listAt(pod, "initContainers"), ...listAt(pod, "containers")];
  return [
    ...objectFaults(object),
    ...listAt(pod, "volumes").flatMap((volume) =>
      exclusive(
        `volume ${String(valueAt(volume, "name"))}`,
        volume,
        Object.keys(volume as object).filter((field) => field !== "name"),
      ),
    ),
    ...containers.flatMap(containerFaults),
  ];
}

function objectFaults({ kind, spec }: KubernetesObject): ClusterFault[] {
  if (kind === "PodDisruptionBudget") {
    return exclusive("it", spec, ["minAvailable", "maxUnavailable"]);
  }
  const [field, lone] =
    kind === "Deployment" ? ["strategy", "Recreate"] : ["updateStrategy", "OnDelete"];
  const isLone =
    ["Deployment", "StatefulSet"].includes(kind) && valueAt(spec, field, "type") === lone;
  return isLone && valueAt(spec, field, "rollingUpdate") !== undefined
    ? [
        {
          message: `its ${field} ${lone} has settings of a rolling update`,
          fix: removing("rollingUpdate"),
        },
      ]
    : [];
}

function containerFaults(container: unknown): ClusterFault[] {
  const name = `container ${String(valueAt(container, "name"))}`;
  return [
    ...PROBES.flatMap((probe) =>
      exclusive(`the ${probe} of ${name}`, valueAt(container, probe), PROBE_HANDLERS),
    ),
    ...HOOKS.flatMap((hook) =>
      exclusive(`the ${hook} of ${name}`, valueAt(container, "lifecycle", hook), HOOK_HANDLERS),
    ),
    ...listAt(container, "env").flatMap((variable) => {
      const isEmpty = valueAt(variable, "value") === "";
      return exclusive(
        `variable ${String(valueAt(variable, "name"))} of ${name}`,
        variable,
        isEmpty ? [] : ["value", "valueFrom"],
      );
    }),
    ...RESOURCES.flatMap((resource) => {
      const [request, limit] = ["requests", "limits"].map((field) =>
        valueAt(container, "resources", field, resource),
      );
      return amountOf(request) > amountOf(limit)
        ? [
            {
              message: `${name} requests ${String(request)} of ${resource}, but its limit is ${String(limit)}`,
              fix: "raise the limit, or lower the request",
            },
          ]
        : [];
    }),
  ];
}

/** @returns NaN, which is neither more nor less, if there is no quantity in its usual form */
function amountOf(quantity: unknown): number {
  return typeof quantity === "string" || typeof quantity === "number"
    ? (parseQuantity(String(quantity)) ?? Number.NaN)
    : Number.NaN;
}

function exclusive(owner: string, node: unknown, fields: readonly string[]): ClusterFault[] {
  const [one, other] = fields.filter((field) => valueAt(node, field) !== undefined);
  return one === undefined || other === undefined
    ? []
    : [
        {
          message: `${owner} has both ${one} and ${other}, but Kubernetes accepts only one of them`,
          fix: removing(one, other),
        },
      ];
}

function removing(...fields: readonly string[]): string {
  const nulls = fields.map((field) => `"${field}: null"`).join(" or ");
  return `remove ${fields.join(" or ")} (in a patch: ${nulls})`;
}
