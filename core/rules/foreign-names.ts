import { type KubernetesObject, valueAt } from "../manifests/manifest";

/** A Service's or pod's DNS name with its namespace. All parts are bounded, because a file may be long. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
const SERVICE_NAME =
  /(?<![a-z0-9-])(?:[a-z0-9-]{1,63}\.){1,4}?([a-z0-9][a-z0-9-]{0,62})\.svc(?:\.cluster\.local)?(?![a-z0-9-]|\.[a-z0-9])/gi;
/** Names that exist in every cluster. */
const ALWAYS_THERE = /^kubernetes\.default\.|\.kube-system\./;

/**
 * Names of Services in other namespaces in a tree's ConfigMaps, environment variables and arguments. kustomize moves
 * objects to the environment's namespace but does not change such texts, so the names do not exist, or are another
 * environment's.
 *
 * @returns a sentence for each text
 */
export function foreignNames(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    const own = metadata.namespace;
    return textsOf(object).flatMap(([key, text]) => {
      const names = [...text.matchAll(SERVICE_NAME)]
        .filter(([name, namespace]) => namespace !== own && !ALWAYS_THERE.test(name))
        .map(([name]) => name);
      return names.length === 0 || own === undefined
        ? []
        : [
            `${kind}/${metadata.name}: ${key} names ${[...new Set(names)].join(", ")}, but this environment's namespace is ${own}. Use the Service's name without a namespace`,
          ];
    });
  });
}

type Text = readonly [key: string, text: string];

function textsOf(object: KubernetesObject): Text[] {
  if (object.kind === "ConfigMap") {
    return Object.entries(valueAt(object, "data") ?? {}).flatMap(([name, value]) =>
      textAt(`data.${name}`, value),
    );
  }
  return containersIn(object.spec).flatMap((container) => {
    const of = `container ${String(valueAt(container, "name"))}:`;
    return [
      ...listAt(container, "env").flatMap((variable) =>
        textAt(`${of} env ${String(valueAt(variable, "name"))}`, valueAt(variable, "value")),
      ),
      ...["command", "args"].flatMap((field) =>
        listAt(container, field).flatMap((text) => textAt(`${of} ${field}`, text)),
      ),
    ];
  });
}

/** Containers at any depth, because CronJobs and custom resources contain templates. */
function containersIn(node: unknown): unknown[] {
  if (Array.isArray(node)) {
    return node.flatMap(containersIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    ["containers", "initContainers"].includes(key) && Array.isArray(value)
      ? (value as unknown[])
      : containersIn(value),
  );
}

function textAt(key: string, value: unknown): Text[] {
  return typeof value === "string" ? [[key, value]] : [];
}

function listAt(node: unknown, key: string): readonly unknown[] {
  const list = valueAt(node, key);
  return Array.isArray(list) ? list : [];
}
