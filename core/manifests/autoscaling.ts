import { type KubernetesObject, valueAt } from "./manifest";

/** Pods that a workload has at least: as many as it says, or as its autoscaler lets it have. */
export function replicasOf(
  { kind, metadata, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): number {
  const said = valueAt(spec, kind === "Job" ? "parallelism" : "replicas");
  const own = typeof said === "number" ? said : 1;
  const autoscaler = objects.find(
    (object) =>
      object.kind === "HorizontalPodAutoscaler" &&
      valueAt(object.spec, "scaleTargetRef", "kind") === kind &&
      valueAt(object.spec, "scaleTargetRef", "name") === metadata.name,
  );
  if (autoscaler === undefined || own === 0) {
    // An autoscaler leaves alone what has no replicas.
    return own;
  }
  const least = valueAt(autoscaler.spec, "minReplicas");
  const most = valueAt(autoscaler.spec, "maxReplicas");
  return Math.min(
    Math.max(own, typeof least === "number" ? least : 1),
    typeof most === "number" ? most : own,
  );
}
