import { type KubernetesObject, valueAt } from "./manifest";

/** The minimum number of a workload's pods: its own replicas, or its autoscaler's minimum. */
export function replicasOf(
  { kind, metadata, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): number {
  const declared = valueAt(spec, kind === "Job" ? "parallelism" : "replicas");
  const own = typeof declared === "number" ? declared : 1;
  const autoscaler = objects.find(
    (object) =>
      object.kind === "HorizontalPodAutoscaler" &&
      valueAt(object.spec, "scaleTargetRef", "kind") === kind &&
      valueAt(object.spec, "scaleTargetRef", "name") === metadata.name,
  );
  if (autoscaler === undefined || own === 0) {
    // An autoscaler ignores a workload with 0 replicas.
    return own;
  }
  const least = valueAt(autoscaler.spec, "minReplicas");
  const most = valueAt(autoscaler.spec, "maxReplicas");
  return Math.min(
    Math.max(own, typeof least === "number" ? least : 1),
    typeof most === "number" ? most : own,
  );
}
