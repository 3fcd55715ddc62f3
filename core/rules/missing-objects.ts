import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { namedClaims } from "../manifests/named-claims";
import { mayMake } from "./operators";
import { OWN_OBJECTS } from "./own-objects";
import { podSpecsIn } from "./pod-specs";

/** Something that pods of the tree cannot start without, and that the tree does not have. */
export interface MissingObject {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace?: string;
  /** Keys of a ConfigMap or a Secret that pods need. */
  readonly keys: readonly string[];
  /** The tree or the cluster has it, without these keys. */
  readonly isThere: boolean;
  /** `<Kind>/<name>` of the workloads whose pods wait for it. */
  readonly users: readonly string[];
}

type Kind = keyof typeof RESOURCES;

/** What pods name, each with its plural. */
const RESOURCES = {
  ConfigMap: "configmaps",
  PersistentVolumeClaim: "persistentvolumeclaims",
  Secret: "secrets",
  ServiceAccount: "serviceaccounts",
} as const;

/** In every namespace. */
const GIVEN = [...OWN_OBJECTS, "ServiceAccount/default"];

/**
 * Objects, and keys in them, that pods name and that the tree does not have. Nothing is told where something of the tree may make
 * them once it runs.
 */
export function missingObjects(objects: readonly KubernetesObject[]): MissingObject[] {
  const kinds = (Object.keys(RESOURCES) as Kind[]).filter(
    (kind) => !mayMake(objects, [["", RESOURCES[kind]]]),
  );
  const given = new Set([
    ...GIVEN,
    // Those that StatefulSets make.
    ...namedClaims(objects).map(({ name }) => `PersistentVolumeClaim/${name}`),
  ]);
  const own = new Map(objects.map((one) => [`${one.kind}/${one.metadata.name}`, one]));
  const needed = new Map<string, MissingObject>();
  for (const { kind: of, metadata, spec } of objects) {
    for (const { kind, name, keys } of podSpecsIn(spec).flatMap(namesIn)) {
      const id = `${kind}/${name}`;
      const object = own.get(id);
      const lacking = object === undefined ? keys : keysNotIn(object, keys);
      if (kinds.includes(kind) && !given.has(id) && (object === undefined || lacking.length > 0)) {
        const { namespace } = metadata;
        const before = needed.get(id);
        needed.set(id, {
          kind,
          name,
          namespace,
          isThere: object !== undefined,
          keys: [...new Set([...(before?.keys ?? []), ...lacking])],
          users: [...new Set([...(before?.users ?? []), `${of}/${metadata.name}`])],
        });
      }
    }
  }
  return [...needed.values()];
}

/** What is missing still, beside an object that a cluster has. */
export function missingBeside(missing: MissingObject, found: object): MissingObject | undefined {
  const keys = keysNotIn(found, missing.keys);
  return keys.length > 0 ? { ...missing, keys, isThere: true } : undefined;
}

/** Where a cluster may have it; undefined where the tree decides, or of a namespace that is not known. */
export function pathOf({ kind, name, namespace, isThere }: MissingObject): string | undefined {
  return namespace === undefined || isThere
    ? undefined
    : `/api/v1/namespaces/${namespace}/${RESOURCES[kind]}/${name}`;
}

export function describeMissing({ kind, name, keys, isThere, users }: MissingObject): string {
  const need = `${users.join(", ")}: ${users.length === 1 ? "it needs" : "they need"}`;
  return isThere
    ? `${need} the key${keys.length === 1 ? "" : "s"} ${keys.map((key) => `"${key}"`).join(", ")}, which ${kind} "${name}" does not have. Add it there, or make the reference optional`
    : `${need} ${kind} "${name}", but neither the tree nor the environment has it. Add it to the tree, or create it in the environment's namespace and run the same command again`;
}

/** The token of such a Secret is made by Kubernetes. @see https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets */
const TOKEN = "kubernetes.io/service-account-token";

function keysNotIn(object: object, keys: readonly string[]): string[] {
  const has = (key: string) =>
    ["data", "stringData", "binaryData"].some((field) => valueAt(object, field, key) !== undefined);
  return valueAt(object, "type") === TOKEN ? [] : keys.filter((key) => !has(key));
}

interface Named {
  readonly kind: Kind;
  readonly name: string;
  readonly keys: readonly string[];
}

function namesIn(pod: unknown): Named[] {
  const volumes = listAt(pod, "volumes");
  return [
    ...named("ServiceAccount", pod, "serviceAccountName"),
    ...[...listAt(pod, "initContainers"), ...listAt(pod, "containers")].flatMap((container) => [
      ...listAt(container, "envFrom").flatMap((from) => [
        ...named("ConfigMap", valueAt(from, "configMapRef")),
        ...named("Secret", valueAt(from, "secretRef")),
      ]),
      ...listAt(container, "env").flatMap((variable) => [
        ...named("ConfigMap", valueAt(variable, "valueFrom", "configMapKeyRef")),
        ...named("Secret", valueAt(variable, "valueFrom", "secretKeyRef")),
      ]),
    ]),
    ...volumes.flatMap((volume) => [
      ...named("PersistentVolumeClaim", valueAt(volume, "persistentVolumeClaim"), "claimName"),
      ...named("Secret", valueAt(volume, "secret"), "secretName"),
      ...named("ConfigMap", valueAt(volume, "configMap")),
    ]),
    ...volumes
      .flatMap((volume) => listAt(valueAt(volume, "projected"), "sources"))
      .flatMap((source) => [
        ...named("Secret", valueAt(source, "secret")),
        ...named("ConfigMap", valueAt(source, "configMap")),
      ]),
  ];
}

/** @param field - of the name */
function named(kind: Kind, reference: unknown, field = "name"): Named[] {
  const name = valueAt(reference, field);
  const keys = [reference, ...listAt(reference, "items")].map((one) => valueAt(one, "key"));
  return typeof name === "string" && name !== "" && valueAt(reference, "optional") !== true
    ? [{ kind, name, keys: keys.filter((key) => typeof key === "string") }]
    : [];
}
