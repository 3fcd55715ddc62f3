export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

/** An object with these annotations alone, and without the field if there are none. */
export function withAnnotations(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
  };
}

/** References of the images of all containers and init containers, sorted, without duplicates. */
export function imagesOf(objects: readonly KubernetesObject[]): string[] {
  return [...new Set(containerImages(objects))].sort();
}

/** Looks for lists of containers at any depth, also in custom resources, as kustomize's image transformer does. */
function containerImages(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(containerImages);
  }
  if (!isRecord(node)) {
    return [];
  }
  const own = [node.containers, node.initContainers]
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .flatMap((item) => (isRecord(item) && typeof item.image === "string" ? [item.image] : []));
  return [...own, ...Object.values(node).flatMap(containerImages)];
}

/** The value at a path of keys in a manifest, or undefined. */
export function valueAt(node: unknown, ...path: readonly string[]): unknown {
  return path.reduce((value, key) => (isRecord(value) ? value[key] : undefined), node);
}

/** The list at a key, or an empty list. */
export function listAt(node: unknown, key: string): readonly unknown[] {
  const list = valueAt(node, key);
  return Array.isArray(list) ? list : [];
}

/** The specification of an object's pods: its own, or its template's. */
export function podOf({ kind, spec }: Pick<KubernetesObject, "kind" | "spec">): unknown {
  return kind === "Pod" ? spec : valueAt(spec, "template", "spec");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
