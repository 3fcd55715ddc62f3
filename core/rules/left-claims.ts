import { STACK_LABEL } from "../labels";
import { replicasOf } from "../manifests/autoscaling";
import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { giBOf } from "../manifests/volumes";
import { formatUsd, LIST_PRICES } from "../money/prices";

/** The used fields of a PersistentVolumeClaim or a StatefulSet in the cluster. */
export interface Existing {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
  };
  readonly spec?: unknown;
}

/**
 * Claims that StatefulSets of the tree have created and no longer use. When a set is removed or scaled down,
 * Kubernetes keeps its claims with their data, and they still cost money. With `persistentVolumeClaimRetentionPolicy`
 * in a set, Kubernetes owns and deletes the claims itself.
 *
 * @param claims - in the environment's namespace
 * @param sets - the StatefulSets there, of which some belong to an operator, not to the tree
 * @returns one sentence, or none
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export function leftClaims(
  objects: readonly KubernetesObject[],
  claims: readonly Existing[],
  sets: readonly Existing[],
): string[] {
  const others = sets.filter(({ metadata }) => metadata.labels?.[STACK_LABEL] === undefined);
  const ofTree = objects.filter(({ kind }) => kind === "StatefulSet");
  const left = claims.filter(
    (claim) =>
      isMadeByItself(claim) &&
      !others.some((set) => ordinalOf(claim, set) !== undefined) &&
      !ofTree.some((set) => isKept(ordinalOf(claim, set), set, objects)),
  );
  const [first] = left;
  if (first === undefined) {
    return [];
  }
  const names = left.map(({ metadata }) => metadata.name);
  const giB = left.reduce((sum, { spec }) => sum + giBOf(spec), 0);
  const month = formatUsd(giB * LIST_PRICES.volume.usdPerMonth);
  const within = first.metadata.namespace === undefined ? "" : ` -n ${first.metadata.namespace}`;
  return [
    `no StatefulSet in the tree uses ${names.join(", ")} any more, but ${names.length === 1 ? "it remains and costs" : "they remain and cost"} ${month} a month (${giB} GiB). To delete the data as well: kubectl${within} delete pvc ${names.join(" ")}`,
  ];
}

/** Whether a claim is neither in the tree nor deleted with a pod or its set. */
function isMadeByItself({ metadata }: Existing): boolean {
  return (
    metadata.labels?.[STACK_LABEL] === undefined &&
    (metadata.ownerReferences ?? []).length === 0 &&
    /-\d+$/.test(metadata.name)
  );
}

/** The ordinal of a claim's pod in a set; undefined when the claim is not the set's. */
function ordinalOf({ metadata }: Existing, set: Existing): number | undefined {
  const templates = valueAt(set.spec, "volumeClaimTemplates");
  const prefixes = (Array.isArray(templates) ? (templates as unknown[]) : []).map(
    (template) => `${String(valueAt(template, "metadata", "name"))}-${set.metadata.name}-`,
  );
  const prefix = prefixes.find((one) => metadata.name.startsWith(one)) ?? "";
  const rest = metadata.name.slice(prefix.length);
  return prefix !== "" && /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/** Whether a set has the pod, deletes its claim itself, or has an autoscaler that may need the claim again. */
function isKept(
  ordinal: number | undefined,
  set: KubernetesObject,
  objects: readonly KubernetesObject[],
): boolean {
  const start = valueAt(set.spec, "ordinals", "start");
  const first = typeof start === "number" ? start : 0;
  const isAutoscaled = objects.some(
    ({ kind, spec }) =>
      kind === "HorizontalPodAutoscaler" &&
      valueAt(spec, "scaleTargetRef", "name") === set.metadata.name,
  );
  return (
    ordinal !== undefined &&
    ((ordinal >= first && ordinal < first + replicasOf(set, objects)) ||
      isAutoscaled ||
      valueAt(set.spec, "persistentVolumeClaimRetentionPolicy", "whenScaled") === "Delete")
  );
}
