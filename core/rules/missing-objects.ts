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
 * Objects that pods name and that the tree does not have. Nothing is told where something of the tree may make them once it
 * runs.
 */
export function missingObjects(objects: readonly KubernetesObject[]): MissingObject[] {
  const kinds = (Object.keys(RESOURCES) as Kind[]).filter(
    (kind) => !mayMake(objects, [["", RESOURCES[kind]]]),
  );
  const there = new Set([
    ...GIVEN,
    ...objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    // Those that StatefulSets make.
    ...namedClaims(objects).map(({ name }) => `PersistentVolumeClaim/${name}`),
  ]);
  const missing = new Map<string, MissingObject>();
  for (const { kind: of, metadata, spec } of objects) {
    for (const { kind, name } of podSpecsIn(spec).flatMap(namesIn)) {
      const key = `${kind}/${name}`;
      if (kinds.includes(kind) && !there.has(key)) {
        const { namespace } = metadata;
        const users = new Set([...(missing.get(key)?.users ?? []), `${of}/${metadata.name}`]);
        missing.set(key, { kind, name, namespace, users: [...users] });
      }
    }
  }
  return [...missing.values()];
}

/** Where a cluster has it, if it has; undefined of a namespace that is not known. */
export function pathOf({ kind, name, namespace }: MissingObject): string | undefined {
  return namespace && `/api/v1/namespaces/${namespace}/${RESOURCES[kind]}/${name}`;
}

export function describeMissing({ kind, name, users }: MissingObject): string {
  return `${users.join(", ")}: ${users.length === 1 ? "it needs" : "they need"} ${kind} "${name}", which neither the tree has nor the environment. Put it into the tree, or create it in the environment's namespace and run the same again`;
}

interface Named {
  readonly kind: Kind;
  readonly name: string;
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

/** @param key - of the name */
function named(kind: Kind, reference: unknown, key = "name"): Named[] {
  const name = valueAt(reference, key);
  return typeof name === "string" && name !== "" && valueAt(reference, "optional") !== true
    ? [{ kind, name }]
    : [];
}
