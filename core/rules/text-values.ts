import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "./kinds";
import type { ClusterFault } from "./served-kinds";

/** Fields of Kubernetes' own kinds that hold texts by name. */
const TEXTS = ["labels", "annotations", "matchLabels", "nodeSelector"];
/** And those of these kinds alone. */
const TEXTS_OF: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData"],
  Secret: ["data", "stringData"],
};

/**
 * Values that have to be texts, and are numbers or booleans because nobody has quoted them: the API server refuses the
 * object, once those before it are there.
 */
export function unquotedValues(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) =>
    unquotedIn(object, TEXTS_OF[object.kind] ?? [], isUnknown(object)).map(([path, value]) => ({
      message: `${object.kind}/${object.metadata.name}: ${path} is ${String(value)} without quotes, but Kubernetes accepts only strings there`,
      fix: `write it as "${String(value)}"`,
    })),
  );
}

/** In the schema of a definition, the names of Kubernetes' fields stand for other things. */
function isUnknown({ apiVersion, kind }: KubernetesObject): boolean {
  return isCustom(apiVersion) || kind === "CustomResourceDefinition";
}

type Found = readonly [path: string, value: unknown];

/**
 * @param maps - fields of the object itself that hold texts by name
 * @param isKindUnknown - whether only its metadata is known
 */
function unquotedIn(
  { metadata, ...others }: KubernetesObject,
  maps: readonly string[],
  isKindUnknown: boolean,
): Found[] {
  return [
    ...within(metadata, "metadata", TEXTS),
    ...Object.entries(others).flatMap(([name, value]) =>
      maps.includes(name)
        ? unquoted(value, name)
        : isKindUnknown
          ? []
          : within(value, name, [...TEXTS, "env"]),
    ),
  ];
}

function within(node: unknown, path: string, fields: readonly string[]): Found[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, index) => within(item, `${path}[${index}]`, fields));
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    const here = `${path}.${name}`;
    if (!fields.includes(name)) {
      return within(value, here, fields);
    }
    return name === "env" && Array.isArray(value)
      ? (value as { readonly name?: string; readonly value?: unknown }[]).flatMap((variable) =>
          unquoted({ value: variable.value }, `${here}[${variable.name ?? ""}]`),
        )
      : unquoted(value, here);
  });
}

function unquoted(map: unknown, path: string): Found[] {
  return Object.entries(map ?? {})
    .filter(([, value]) => ["number", "boolean"].includes(typeof value))
    .map(([name, value]) => [`${path}.${name}`, value] as const);
}
