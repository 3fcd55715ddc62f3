import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "./kinds";

/** A field of one of Kubernetes' own kinds, or of any object's metadata, that holds texts by name. */
export interface TextMap {
  /** Its own name, such as `labels`, or `env` for a variable. */
  readonly field: string;
  /** Its place in the object. */
  readonly path: string;
  readonly map: Readonly<Record<string, unknown>>;
}

/** Fields at any depth. */
const NESTED = ["labels", "annotations", "matchLabels", "nodeSelector", "env"];
const NESTED_OF: Readonly<Record<string, readonly string[]>> = {
  ReplicationController: ["selector"],
  Service: ["selector"],
};
/** Fields of the object itself. */
const OWN_OF: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ["data", "binaryData"],
  Secret: ["data", "stringData"],
};

/** All such fields of an object that are not empty. */
export function textMapsIn({ metadata, ...others }: KubernetesObject): TextMap[] {
  const { apiVersion, kind } = others;
  // In the schema of a definition, the names of Kubernetes' fields stand for other things.
  const isUnknown = isCustom(apiVersion) || kind === "CustomResourceDefinition";
  const own = OWN_OF[kind] ?? [];
  const nested = [...NESTED, ...(NESTED_OF[kind] ?? [])];
  return [
    ...within(metadata, "metadata", NESTED),
    ...Object.entries(others).flatMap(([name, value]) =>
      own.includes(name)
        ? textMap(name, name, value)
        : isUnknown
          ? []
          : within(value, name, nested),
    ),
  ];
}

function within(node: unknown, path: string, fields: readonly string[]): TextMap[] {
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
          textMap(name, `${here}[${variable.name ?? ""}]`, { value: variable.value }),
        )
      : textMap(name, here, value);
  });
}

function textMap(field: string, path: string, map: unknown): TextMap[] {
  return typeof map === "object" && map !== null
    ? [{ field, path, map: map as Readonly<Record<string, unknown>> }]
    : [];
}
