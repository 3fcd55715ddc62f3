import { type KubernetesObject, valueAt } from "../manifests/manifest";

/** A Service's or pod's name with its namespace, as pods look it up. A file may be long: every part is bounded. @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
const SERVICE_NAME =
  /(?<![a-z0-9-])(?:[a-z0-9-]{1,63}\.){1,4}?([a-z0-9][a-z0-9-]{0,62})\.svc(?:\.cluster\.local)?(?![a-z0-9-]|\.[a-z0-9])/gi;
/** In every cluster. */
const ALWAYS_THERE = /^kubernetes\.default\.|\.kube-system\./;

/**
 * Names of Services in other namespaces, in what a tree's programs read: ConfigMaps, environment variables and arguments.
 * kustomize moves objects to the environment's namespace and leaves such texts as they are, so they lead to nothing, or to
 * somebody else's.
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
            `${kind}/${metadata.name}: ${key} names ${[...new Set(names)].join(", ")}, which is not in this environment: its namespace is ${own}. Leave the namespace out: the name of the Service is enough`,
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

/** At any depth, as the templates of CronJobs and of custom resources have them. */
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
