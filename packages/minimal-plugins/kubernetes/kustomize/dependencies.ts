/**
 * In which order the objects of a tree are created: definitions before their custom resources, namespaces before what
 * is in them, and what the annotation `config.kubernetes.io/depends-on` names before the object that has it.
 *
 * @see https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/object/graph
 */
import { type ObjectReference, qualifiedName } from "../api/object";
import { groupOf, isDefinition } from "../objects/kinds";
import { annotationOf, type Manifest, referenceOf, textAt } from "../objects/manifest";

const DEPENDS_ON = "config.kubernetes.io/depends-on";

/** Kinds that come first among objects which do not depend on each other, by group. */
const ORDER = [
  "/Namespace",
  "/ResourceQuota",
  "storage.k8s.io/StorageClass",
  "apiextensions.k8s.io/CustomResourceDefinition",
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "/ServiceAccount",
  "policy/PodSecurityPolicy",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/RoleBinding",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "/ConfigMap",
  "/Secret",
  "/Service",
  "/LimitRange",
  "scheduling.k8s.io/PriorityClass",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/CronJob",
  "policy/PodDisruptionBudget",
];
const LAST = "admissionregistration.k8s.io/ValidatingWebhookConfiguration";

/** An object and those of the same tree that are created before it. */
export interface OrderedObject {
  readonly manifest: Manifest;
  readonly dependencies: readonly Manifest[];
}

/**
 * The objects, each after all that it depends on.
 *
 * @throws {Error} when they depend on each other in a circle, or on an object that is not among them.
 */
export function orderByDependencies(manifests: readonly Manifest[]): OrderedObject[] {
  const byKey = new Map(manifests.map((manifest) => [keyOf(referenceOf(manifest)), manifest]));
  const dependenciesOf = new Map(
    manifests.map((manifest) => [manifest, findDependencies(manifest, manifests, byKey)]),
  );
  const ordered: OrderedObject[] = [];
  const done = new Set<Manifest>();
  let remaining = [...manifests].sort(compareKinds);
  while (remaining.length > 0) {
    const next = remaining.filter((manifest) =>
      dependenciesOf.get(manifest)?.every((dependency) => done.has(dependency)),
    );
    if (next.length === 0) {
      throw new Error(
        `these objects depend on each other in a circle: ${remaining.map((manifest) => keyOf(referenceOf(manifest))).join(", ")}`,
      );
    }
    for (const manifest of next) {
      done.add(manifest);
      ordered.push({ manifest, dependencies: dependenciesOf.get(manifest) ?? [] });
    }
    remaining = remaining.filter((manifest) => !done.has(manifest));
  }
  return ordered;
}

function findDependencies(
  manifest: Manifest,
  manifests: readonly Manifest[],
  byKey: ReadonlyMap<string, Manifest>,
): Manifest[] {
  const { apiVersion, kind, namespace } = referenceOf(manifest);
  const implied = manifests.filter(
    (other) =>
      (namespace !== "" &&
        textAt(other, "kind") === "Namespace" &&
        textAt(other, "apiVersion") === "v1" &&
        textAt(other, "metadata", "name") === namespace) ||
      (isDefinition(other) &&
        textAt(other, "spec", "group") === groupOf(apiVersion) &&
        textAt(other, "spec", "names", "kind") === kind),
  );
  const declared = annotationOf(manifest, DEPENDS_ON)
    .split(",")
    .filter((reference) => reference.trim() !== "")
    .map((reference) => {
      const found = byKey.get(parseDependency(reference.trim()));
      if (found === undefined) {
        throw new Error(
          `${keyOf(referenceOf(manifest))} depends on ${reference.trim()} by its annotation ${DEPENDS_ON}, but the tree has no such object`,
        );
      }
      return found;
    });
  return [...new Set([...implied, ...declared])];
}

/** `<group>/<kind>/<name>` or `<group>/namespaces/<namespace>/<kind>/<name>`; the core group is empty. */
function parseDependency(reference: string): string {
  const fields = reference.split("/");
  const [group = "", second = "", third = "", kind = "", name = ""] = fields;
  if (fields.length === 3) {
    return key(group, second, { namespace: "", name: third });
  }
  if (fields.length === 5 && second === "namespaces") {
    return key(group, kind, { namespace: third, name });
  }
  throw new Error(
    `"${reference}" in the annotation ${DEPENDS_ON} is neither <group>/<kind>/<name> nor <group>/namespaces/<namespace>/<kind>/<name>`,
  );
}

function keyOf(reference: ObjectReference): string {
  return key(groupOf(reference.apiVersion), reference.kind, reference);
}

function key(group: string, kind: string, name: { namespace: string; name: string }): string {
  return `${group}/${kind} ${qualifiedName(name)}`;
}

function compareKinds(one: Manifest, other: Manifest): number {
  return (
    rank(one) - rank(other) || compareTexts(keyOf(referenceOf(one)), keyOf(referenceOf(other)))
  );
}

function rank(manifest: Manifest): number {
  const { apiVersion, kind } = referenceOf(manifest);
  const groupKind = `${groupOf(apiVersion)}/${kind}`;
  if (groupKind === LAST) {
    return ORDER.length + 1;
  }
  const index = ORDER.indexOf(groupKind);
  return index < 0 ? ORDER.length : index;
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
