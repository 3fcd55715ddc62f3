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
