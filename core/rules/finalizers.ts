import { type Condition, each, eachNew, oneOf, path } from "./condition";

const AT = path("metadata.finalizers[*]");
/** The garbage collector removes these of any object. */
const REMOVED = ["foregroundDeletion", "orphan"];
/** The API server itself puts the last one on every claim. */
const ofClaims = eachNew(AT, oneOf([...REMOVED, "kubernetes.io/pvc-protection"]));
const ofOthers = eachNew(AT, oneOf(REMOVED));

/** Nothing holds an object after its deletion that nobody would let go. */
export const unheld: Condition = {
  offences: (object, place) =>
    (object.kind === "PersistentVolumeClaim" ? ofClaims : ofOthers).offences(object, place),
  cel: `(request.kind.kind == "PersistentVolumeClaim" ? ${ofClaims.cel} : ${ofOthers.cel})`,
};

/** Nor one that a controller makes from a template. */
export const unheldTemplates: Condition = each(
  [
    "spec.template.metadata.finalizers[*]",
    "spec.jobTemplate.metadata.finalizers[*]",
    "spec.jobTemplate.spec.template.metadata.finalizers[*]",
    "spec.volumeClaimTemplates[*].metadata.finalizers[*]",
  ].map(path),
  oneOf([]),
);

/**
 * Those that Kubernetes and DigitalOcean put on objects and remove, by the resource: a load balancer or a volume would stay without them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/
 */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  services: ["service.kubernetes.io/load-balancer-cleanup"],
  pods: ["batch.kubernetes.io/job-tracking"],
  persistentvolumeclaims: [
    "kubernetes.io/pvc-protection",
    "snapshot.storage.kubernetes.io/pvc-as-source-protection",
  ],
  "volumesnapshots.snapshot.storage.k8s.io": [
    "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection",
    "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection",
  ],
};

/**
 * Finalizers of an object that its tree has brought, or that somebody who lives there has set.
 *
 * @param resource - with its group: `services`, `certificates.cert-manager.io`
 */
export function foreignFinalizers(resource: string, finalizers: readonly string[]): string[] {
  const kept = [...REMOVED, ...(KEPT[resource] ?? [])];
  return finalizers.filter((finalizer) => !kept.includes(finalizer));
}
