import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { isCustom } from "./kinds";
import { duplicateItems, firstTwice } from "./list-keys";
import { mergedFields } from "./merged-fields";
import { type Port, portNameFaults } from "./port-names";
import type { ClusterFault } from "./served-kinds";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

export function workloadFaults(object: KubernetesObject): ClusterFault[] {
  const { apiVersion, kind, spec } = object;
  if (isCustom(apiVersion)) {
    return [];
  }
  const template =
    kind === "CronJob"
      ? valueAt(spec, "jobTemplate", "spec", "template")
      : valueAt(spec, "template");
  const pod = kind === "Pod" ? spec : valueAt(template, "spec");
  const claims = listAt(spec, "volumeClaimTemplates").map((one) =>
    valueAt(one, "metadata", "name"),
  );
  return [
    ...(WORKLOADS.includes(kind) ? selectorFaults(spec, template) : []),
    ...restartFaults(kind, valueAt(pod, "restartPolicy")),
    ...mergedFields(object, pod),
    ...duplicateItems(object, pod).map((message) => ({ message, fix: "remove one of them" })),
    ...(pod === undefined ? [] : podFaults(pod, claims)),
  ];
}

/** @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy */
function restartFaults(kind: string, policy: unknown = "Always"): ClusterFault[] {
  if (["Job", "CronJob"].includes(kind)) {
    return policy === "Never" || policy === "OnFailure"
      ? []
      : [
          {
            message: `the restartPolicy of its pods is ${String(policy)}, but they are to end`,
            fix: "set it to Never or OnFailure",
          },
        ];
  }
  return WORKLOADS.includes(kind) && policy !== "Always"
    ? [
        {
          message: `the restartPolicy of its pods is ${String(policy)}, but Kubernetes accepts only Always there`,
          fix: "remove it",
        },
      ]
    : [];
}

function selectorFaults(spec: unknown, template: unknown): ClusterFault[] {
  const selector = valueAt(spec, "selector");
  if (selector === undefined) {
    return [{ message: "it has no selector", fix: "add one with its pods' labels" }];
  }
  const labels = valueAt(template, "metadata", "labels");
  const lacking = Object.entries((valueAt(selector, "matchLabels") ?? {}) as object).find(
    ([key, value]) => valueAt(labels, key) !== value,
  );
  return lacking === undefined
    ? []
    : [
        {
          message: `it selects pods with ${lacking[0]}=${String(lacking[1])}, but its own pods do not have that label`,
          fix: "use the same labels in its selector and its template",
        },
      ];
}

interface Container {
  readonly name?: string;
  readonly image?: unknown;
  readonly ports?: readonly Port[];
  readonly volumeMounts?: readonly { readonly name?: string }[];
}

/** @param claims - names of the volumes that a StatefulSet adds to its pods */
function podFaults(pod: unknown, claims: readonly unknown[]): ClusterFault[] {
  const containers = [
    ...listAt(pod, "initContainers"),
    ...listAt(pod, "containers"),
  ] as readonly Container[];
  const twice = firstTwice(containers.map(({ name = "" }) => name));
  const volumes = [...listAt(pod, "volumes").map((volume) => valueAt(volume, "name")), ...claims];
  return [
    ...(twice === undefined
      ? []
      : [{ message: `two of its containers are named "${twice}"`, fix: "rename one of them" }]),
    ...containers.flatMap(({ name = "", image, volumeMounts = [] }) => [
      ...imageFaults(name, image),
      ...volumeMounts
        .filter((mount) => !volumes.includes(mount.name))
        .map((mount) => ({
          message: `container ${name} mounts volume "${mount.name ?? ""}", which its pods do not have`,
          fix: "add the volume, or mount another",
        })),
    ]),
    ...containers.flatMap(portFaults),
  ];
}

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"];

/** A probe only finds ports of its own container, and reads a text as a number if possible. */
function portFaults(container: Container): ClusterFault[] {
  const { name = "", ports = [] } = container;
  const names = ports.map((port) => port.name);
  return [
    ...names.flatMap((port) => portNameFaults(`container ${name} has the port`, port)),
    ...PROBES.flatMap((probe) => {
      const port =
        valueAt(container, probe, "httpGet", "port") ??
        valueAt(container, probe, "tcpSocket", "port");
      return typeof port !== "string" || /^\d+$/.test(port) || names.includes(port)
        ? []
        : [
            {
              message: `the ${probe} of container ${name} uses port "${port}", but the container has no port of that name`,
              fix: "use a port of its container",
            },
          ];
    }),
  ];
}

/** The grammar of image references. @see https://github.com/distribution/reference/blob/v0.6.0/regexp.go */
const HOST = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
const PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const IMAGE = new RegExp(
  `^(${HOST}(\\.${HOST})*(:[0-9]+)?/)?${PART}(/${PART})*(:\\w[\\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);

function imageFaults(container: string, image: unknown): ClusterFault[] {
  if (typeof image !== "string" || image === "") {
    return [{ message: `container ${container} has no image`, fix: "name its image" }];
  }
  return IMAGE.test(image)
    ? []
    : [
        {
          message: `container ${container} has an invalid image reference: ${image}`,
          fix: "write it as repository:tag",
        },
      ];
}
