import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "../rules/kinds";

/**
 * Removes `serviceAccount` from pods that also have `serviceAccountName`, the newer name of the same field. The API server
 * returns the newer value under both names, so Pulumi would see a change in every update.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
 */
export function withoutAliases(object: KubernetesObject): KubernetesObject {
  return isCustom(object.apiVersion) ? object : (withinPods(object) as KubernetesObject);
}

function withinPods(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(withinPods);
  }
  if (typeof node !== "object" || node === null) {
    return node;
  }
  const { serviceAccount: _, ...others } = node as Readonly<Record<string, unknown>>;
  return Array.isArray(others.containers)
    ? others.serviceAccountName
      ? others
      : node
    : Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withinPods(value)]));
}
