import { type Condition, each, eachNew, oneOf, path } from "./condition";

const AT = path("metadata.finalizers[*]");
/** The garbage collector removes these from every object. */
const REMOVED = ["foregroundDeletion", "orphan"];
/** The API server itself adds the last one to every claim. */
const ofClaims = eachNew(AT, oneOf([...REMOVED, "kubernetes.io/pvc-protection"]));
const ofOthers = eachNew(AT, oneOf(REMOVED));

/** No finalizer keeps a deleted object forever. */
export const unheld: Condition = {
  offences: (object, place) =>
    (object.kind === "PersistentVolumeClaim" ? ofClaims : ofOthers).offences(object, place),
  cel: `(request.kind.kind == "PersistentVolumeClaim" ? ${ofClaims.cel} : ${ofOthers.cel})`,
};

/** The same for objects that a controller creates from a template. */
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
 * Finalizers that Kubernetes and DigitalOcean add and remove, by resource: without them a load balancer or a volume
 * would remain.
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
 * Finalizers of an object that its tree or a developer has set.
 *
 * @param resource - the resource with its group: `services`, `certificates.cert-manager.io`
 */
export function foreignFinalizers(resource: string, finalizers: readonly string[]): string[] {
  const kept = [...REMOVED, ...(KEPT[resource] ?? [])];
  return finalizers.filter((finalizer) => !kept.includes(finalizer));
}
