import { UserError } from "../errors";
import { type KubernetesObject, listAt, valueAt, withAnnotations } from "../manifests/manifest";
import { groupOf } from "../rules/kinds";
import { definersOf } from "../rules/operators";

/** Lists the objects that must exist and be ready first. @see https://kpt.dev/reference/annotations/depends-on/ */
const DEPENDS_ON = "config.kubernetes.io/depends-on";

/**
 * Makes the creation order of a tree's objects explicit.
 *
 * - A dependency that the tree declares names the namespace in the tree: it is replaced by the environment's.
 * - A custom resource that a webhook of the tree intercepts waits for the webhook's workload: until that runs, the API
 *   server refuses the resource.
 * - A custom resource whose kind is defined by an operator of the tree at run time waits for the operator.
 *
 * @param objects - all objects to apply
 * @param built - the objects of the whole tree, also those that are left out
 * @throws {UserError} when an object depends on one that the tree does not have
 */
export function inCreationOrder(
  objects: readonly KubernetesObject[],
  namespace: string,
  built = objects,
): KubernetesObject[] {
  const hooks = objects.flatMap((object) => hooksIn(object, objects));
  return objects.map((object) => {
    const declared = declaredIn(object, built)
      .filter((one) => objects.some((other) => isSame(one, other)))
      .map((one) => referenceTo(one, namespace));
    // Not on an object with dependencies of its own: these may include this resource.
    const served = [
      ...hooks.filter((hook) => hook.looksAt(object)).flatMap(({ servedBy }) => servedBy),
      ...(definitionOf(object, objects) === undefined ? definersOf(object, objects) : []),
    ].filter(({ metadata }) => metadata.annotations?.[DEPENDS_ON] === undefined);
    const all = [...new Set([...declared, ...served.map((one) => referenceTo(one, namespace))])];
    const { [DEPENDS_ON]: before, ...others } = object.metadata.annotations ?? {};
    const annotations = all.length === 0 ? others : { ...others, [DEPENDS_ON]: all.join(",") };
    return before === undefined && all.length === 0 ? object : withAnnotations(object, annotations);
  });
}

function declaredIn(
  { kind, metadata }: KubernetesObject,
  objects: readonly KubernetesObject[],
): KubernetesObject[] {
  const declared = (metadata.annotations?.[DEPENDS_ON] ?? "").split(",").map((one) => one.trim());
  return declared
    .filter((one) => one !== "")
    .map((one) => {
      const found = objects.find((object) => isNamed(object, one));
      if (found === undefined) {
        throw new UserError(
          `${kind}/${metadata.name}: its annotation ${DEPENDS_ON} names "${one}", which is not in the tree`,
          "name <group>/namespaces/<namespace>/<kind>/<name> of an object of the tree, or remove the annotation in your own overlay",
        );
      }
      return found;
    });
}

function isSame(one: KubernetesObject, other: KubernetesObject): boolean {
  return isNamed(one, `${groupOf(other.apiVersion)}/${other.kind}/${other.metadata.name}`);
}

/**
 * `<group>/<kind>/<name>`, or `<group>/namespaces/<namespace>/<kind>/<name>`. All objects of a tree share a
 * namespace.
 */
function isNamed({ apiVersion, kind, metadata }: KubernetesObject, reference: string): boolean {
  const fields = reference.split("/");
  const [group, ...named] =
    fields.length === 5 && fields[1] === "namespaces" ? fields.toSpliced(1, 2) : fields;
  return group === groupOf(apiVersion) && named.join("/") === `${kind}/${metadata.name}`;
}

function referenceTo({ apiVersion, kind, metadata }: KubernetesObject, namespace: string): string {
  const within = metadata.namespace === undefined ? "" : `namespaces/${namespace}/`;
  return `${groupOf(apiVersion)}/${within}${kind}/${metadata.name}`;
}

interface Hook {
  /** Its Service, and the workloads behind that. */
  readonly servedBy: readonly KubernetesObject[];
  /** Whether the API server calls it for a custom resource of the tree. */
  readonly looksAt: (object: KubernetesObject) => boolean;
}

function hooksIn(object: KubernetesObject, objects: readonly KubernetesObject[]): Hook[] {
  const { kind, spec } = object;
  if (kind === "CustomResourceDefinition") {
    const servedBy = serversOf(valueAt(spec, "conversion", "webhook"), objects);
    return [{ servedBy, looksAt: (one) => isDefinedBy(one, object) }];
  }
  return /^(Mutating|Validating)WebhookConfiguration$/.test(kind)
    ? listAt(object, "webhooks").map((webhook) => ({
        servedBy: serversOf(webhook, objects),
        looksAt: (one) =>
          listAt(webhook, "rules").some((rule) => matches(rule, one, definitionOf(one, objects))),
      }))
    : [];
}

function serversOf(
  webhook: unknown,
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  const name = valueAt(webhook, "clientConfig", "service", "name");
  const service = objects.find(
    ({ kind, metadata }) => kind === "Service" && metadata.name === name,
  );
  const selector = Object.entries(valueAt(service?.spec, "selector") ?? {});
  const workloads = objects.filter(
    ({ kind, spec }) =>
      ["Deployment", "StatefulSet", "DaemonSet"].includes(kind) &&
      selector.length > 0 &&
      selector.every(
        ([label, value]) => valueAt(spec, "template", "metadata", "labels", label) === value,
      ),
  );
  return service === undefined || workloads.length === 0 ? [] : [...workloads, service];
}

function definitionOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
): KubernetesObject | undefined {
  return objects.find((one) => isDefinedBy(object, one));
}

function isDefinedBy(
  { apiVersion, kind }: KubernetesObject,
  definition: KubernetesObject,
): boolean {
  return (
    definition.kind === "CustomResourceDefinition" &&
    valueAt(definition.spec, "group") === groupOf(apiVersion) &&
    valueAt(definition.spec, "names", "kind") === kind
  );
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules */
function matches(
  rule: unknown,
  { apiVersion }: KubernetesObject,
  definition: KubernetesObject | undefined,
): boolean {
  const names = (key: string, value: unknown) =>
    listAt(rule, key).some((one) => one === "*" || one === value);
  return (
    definition !== undefined &&
    names("apiGroups", groupOf(apiVersion)) &&
    names("resources", valueAt(definition.spec, "names", "plural")) &&
    // By default (matchPolicy Equivalent) a webhook for one version is called for the others, too.
    listAt(rule, "operations").some((one) => ["*", "CREATE", "UPDATE"].includes(String(one)))
  );
}
