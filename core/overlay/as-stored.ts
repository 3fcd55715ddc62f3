import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "../rules/kinds";

type Fields = Readonly<Record<string, unknown>>;

/** Maps that the API server omits when they are empty. Pulumi compares those of Secrets as they are written. */
const OMITTED_MAPS = new Set(["annotations", "labels", "data", "stringData", "binaryData"]);

/**
 * Writes an object of one of Kubernetes' own kinds as the API server stores it. Otherwise Pulumi would see a change in every
 * update, and replace a Secret each time.
 *
 * - Its storage format has no null, no empty lists, and no empty maps.
 * - It returns `serviceAccountName` under the older name `serviceAccount`, too.
 *
 * @see https://protobuf.dev/programming-guides/encoding/#optional
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
 */
export function asStored(object: KubernetesObject): KubernetesObject {
  if (isCustom(object.apiVersion)) {
    return object;
  }
  const { type, ...untyped } = object as KubernetesObject & { readonly type?: unknown };
  // A Secret's default type is "Opaque".
  return withoutEmpty(
    object.kind === "Secret" && type === "" ? untyped : object,
  ) as KubernetesObject;
}

function withoutEmpty(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(withoutEmpty);
  }
  if (typeof node !== "object" || node === null) {
    return node;
  }
  const stored = Object.entries(withoutAlias(node as Fields)).map(
    // A schema is stored as it is.
    ([key, value]) => [key, key === "openAPIV3Schema" ? value : withoutEmpty(value)] as const,
  );
  return Object.fromEntries(stored.filter(([key, value]) => !isOmitted(key, value)));
}

function isOmitted(key: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return value === null;
  }
  return (Array.isArray(value) || OMITTED_MAPS.has(key)) && Object.keys(value).length === 0;
}

/** A pod without the older name of its account, if it has both. */
function withoutAlias(fields: Fields): Fields {
  const { serviceAccount: _, ...others } = fields;
  return Array.isArray(others.containers) && others.serviceAccountName ? others : fields;
}
