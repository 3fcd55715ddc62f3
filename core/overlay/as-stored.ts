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
 * - It joins the lines of base64, and a Secret's default type is "Opaque".
 *
 * @see https://protobuf.dev/programming-guides/encoding/#optional
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
 */
export function asStored(object: KubernetesObject): KubernetesObject {
  return isCustom(object.apiVersion)
    ? object
    : (withoutEmpty(
        object.kind === "Secret" ? secretAsStored(object) : object,
      ) as KubernetesObject);
}

function secretAsStored(secret: KubernetesObject): object {
  return Object.fromEntries(
    Object.entries(secret)
      .filter(([field, value]) => field !== "type" || value !== "")
      .map(([field, value]: [string, unknown]) => [
        field,
        field === "data" ? withJoinedLines(value) : value,
      ]),
  );
}

function withJoinedLines(node: unknown): unknown {
  if (typeof node === "string") {
    return node.replaceAll(/[\r\n]/g, "");
  }
  return typeof node === "object" && node !== null
    ? Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withJoinedLines(value)]))
    : node;
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
