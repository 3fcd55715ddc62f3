import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { isCustom } from "./kinds";
import { duplicateItems } from "./list-keys";
import type { ClusterFault } from "./served-kinds";

/** Faults that every API server, or its nodes, would refuse, each with its fix. */
export function invalidObjects(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) =>
    [...nameFaults(object), ...serviceFaults(object), ...workloadFaults(object)].map(
      ({ message, fix }) => ({
        message: `${object.kind}/${object.metadata.name}: ${message}`,
        fix: `${fix} in the overlay`,
      }),
    ),
  );
}

/** A DNS label or several of them, with dots. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** Kinds whose names may contain any character that a URL path may. */
const FREELY_NAMED = "rbac.authorization.k8s.io/";

/**
 * Maximum lengths of names that become part of a label or of another name.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/64023 (StatefulSet: a hash of 10 characters follows)
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations
 */
const LONGEST: Readonly<Record<string, number>> = {
  CronJob: 52,
  Job: 63,
  Namespace: 63,
  Service: 63,
  StatefulSet: 52,
};
const LONGEST_OF_ALL = 253;

function nameFaults({ apiVersion, kind, metadata }: KubernetesObject): ClusterFault[] {
  const { name = "" } = metadata as { readonly name?: string };
  if (apiVersion.startsWith(FREELY_NAMED)) {
    return [];
  }
  if (name === "") {
    return [{ message: "it has no name", fix: "name it, instead of using generateName," }];
  }
  const longest = isCustom(apiVersion) ? LONGEST_OF_ALL : (LONGEST[kind] ?? LONGEST_OF_ALL);
  if (name.length > longest) {
    return [
      {
        message: `its name has ${name.length} characters, but ${kind} objects may have at most ${longest}`,
        fix: "shorten its name",
      },
    ];
  }
  const isLabelled = ["Service", "Namespace"].includes(kind) && !isCustom(apiVersion);
  return (isLabelled ? LABEL : SUBDOMAIN).test(name)
    ? []
    : [
        {
          message: "its name is not valid in Kubernetes",
          fix: `name it with lower-case letters, digits${isLabelled ? "" : ", dots"} and dashes`,
        },
      ];
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly targetPort?: unknown;
}

function serviceFaults({ apiVersion, kind, spec }: KubernetesObject): ClusterFault[] {
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

/** The name of a container's port, for Services and probes. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go (IsValidPortName) */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** @param name - not checked if it is a number or empty */
function portNameFaults(where: string, name: unknown): ClusterFault[] {
  return typeof name !== "string" || name === "" || PORT_NAME.test(name)
    ? []
    : [
        {
          message: `${where} "${name}", which is not a valid port name`,
          fix: /^\d+$/.test(name)
            ? `write the number without quotes: ${name}`
            : "name it with at most 15 lower-case letters, digits and dashes, a letter among them,",
        },
      ];
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

function workloadFaults(object: KubernetesObject): ClusterFault[] {
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
    ...duplicateItems(object, pod).map((message) => ({ message, fix: "remove one of them" })),
    ...(pod === undefined ? [] : podFaults(pod, claims)),
  ];
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

function firstTwice(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}
