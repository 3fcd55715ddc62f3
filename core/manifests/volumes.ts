import { parseQuantity } from "../quantity";
import { replicasOf } from "./autoscaling";
import { type KubernetesObject, listAt, podOf, valueAt } from "./manifest";

/** The DigitalOcean volumes that a tree claims. */
export interface VolumeDemand {
  readonly count: number;
  readonly giB: number;
}

/** The driver of DigitalOcean's block storage. @see https://github.com/digitalocean/csi-digitalocean/blob/v4.16.0/deploy/kubernetes/releases/csi-digitalocean-v4.16.0/driver.yaml */
export const PROVISIONER = "dobs.csi.digitalocean.com";
/** The storage classes of every DOKS cluster (same source). */
export const STORAGE_CLASSES: readonly string[] = [
  "do-block-storage",
  "do-block-storage-retain",
  "do-block-storage-xfs",
  "do-block-storage-xfs-retain",
];
/** The classes that retain a volume when its claim is deleted (same source). */
export const RETAINING_CLASSES: readonly string[] = STORAGE_CLASSES.filter((name) =>
  name.endsWith("-retain"),
);

const BYTES_PER_GIB = 2 ** 30;

/**
 * The volumes that the cluster's storage driver creates for a tree: for its claims, for each replica of a
 * StatefulSet, and for the ephemeral volumes of every pod.
 *
 * @param nodes - number of the cluster's nodes; a DaemonSet has a pod on each
 */
export function volumesOf(objects: readonly KubernetesObject[], nodes: number): VolumeDemand {
  const claims = objects.flatMap((object) => volumeClaimsIn(object, objects, nodes));
  const made = claims.filter(({ spec }) => isMade(spec, objects));
  return {
    count: made.reduce((sum, { copies }) => sum + copies, 0),
    giB: made.reduce((sum, { spec, copies }) => sum + copies * giBOf(spec), 0),
  };
}

export interface VolumeClaims {
  /** The spec of a PersistentVolumeClaim. */
  readonly spec: unknown;
  readonly copies: number;
}

/**
 * The claims that an object creates, with their number; none for a CronJob, whose pods are temporary.
 *
 * @param nodes - number of the cluster's nodes
 */
export function volumeClaimsIn(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  nodes: number,
): VolumeClaims[] {
  const { kind, spec } = object;
  if (kind === "PersistentVolumeClaim") {
    return [{ spec: claimSpec(object), copies: 1 }];
  }
  const copies = kind === "DaemonSet" ? nodes : replicasOf(object, objects);
  const lasting = kind === "StatefulSet" ? listAt(spec, "volumeClaimTemplates") : [];
  const ephemeral = listAt(podOf(object), "volumes").flatMap(
    (volume) => valueAt(volume, "ephemeral", "volumeClaimTemplate") ?? [],
  );
  return [...lasting, ...ephemeral].map((template) => ({ spec: claimSpec(template), copies }));
}

/** The predecessor of storageClassName. @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1 */
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** The spec of a claim or claim template, with its class from the spec or from the annotation. */
export function claimSpec(claim: unknown): unknown {
  const annotated = valueAt(claim, "metadata", "annotations", CLASS_ANNOTATION);
  const spec = valueAt(claim, "spec");
  return typeof annotated === "string" && typeof spec === "object"
    ? { ...spec, storageClassName: annotated }
    : spec;
}

/**
 * Whether DigitalOcean creates the volume: the claim names no existing volume, and its class is not another driver's.
 */
function isMade(spec: unknown, objects: readonly KubernetesObject[]): boolean {
  const name = valueAt(spec, "storageClassName");
  if (valueAt(spec, "volumeName")) {
    return false;
  }
  const own = objects.find(
    ({ kind, metadata }) => kind === "StorageClass" && metadata.name === name,
  );
  return own === undefined
    ? name === undefined || STORAGE_CLASSES.some((one) => one === name)
    : valueAt(own, "provisioner") === PROVISIONER;
}

/** The size of a claim's volume, billed in whole GiB. */
export function giBOf(spec: unknown): number {
  const storage = valueAt(spec, "resources", "requests", "storage");
  return Math.ceil((parseQuantity(String(storage)) ?? 0) / BYTES_PER_GIB);
}
