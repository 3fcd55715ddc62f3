/**
 * The managers of an object's fields, for server-side apply.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
import { randomBytes } from "node:crypto";
import type { FieldSet, KubernetesObject, ManagedFields } from "../api/object";
import { fieldManagerOf } from "./annotations";
import { parsePath } from "./difference";
import { type Manifest, manifestOf, valueAt, withoutValue, withValue } from "./manifest";

/** Under this name objects are created; their first update moves the fields to the resource's own manager. */
export const CREATOR = "pulumi-kubernetes";

/** Managers whose fields an update takes over, by what their name begins with. */
const TAKEN_OVER: readonly { prefix: string; operation: "Apply" | "Update" }[] = [
  { prefix: "kubectl", operation: "Apply" },
  { prefix: "kubectl", operation: "Update" },
  { prefix: "before-first-apply", operation: "Update" },
  { prefix: CREATOR, operation: "Update" },
  { prefix: "pulumi-resource-kubernetes", operation: "Update" },
];

/** The manager of a resource: from the annotation, else from the state, else a new one. */
export function fieldManager(manifest: Manifest, inState: string): string {
  return fieldManagerOf(manifest) || inState || `${CREATOR}-${randomBytes(4).toString("hex")}`;
}

/** Whether fields still have the manager of their creation, which an update will replace. */
export function isManagedByCreator({ metadata }: KubernetesObject): boolean {
  return (
    metadata.managedFields?.some(
      ({ manager, operation }) =>
        operation === "Update" && (manager === CREATOR || manager === "pulumi-resource-kubernetes"),
    ) ?? false
  );
}

/** The managed fields after a manager has taken over those of {@link TAKEN_OVER}; undefined when there are none. */
export function takeOver(
  managedFields: readonly ManagedFields[],
  manager: string,
): readonly ManagedFields[] | undefined {
  const isOwn = (entry: ManagedFields): boolean =>
    entry.manager === manager && entry.operation === "Apply";
  const isTaken = (entry: ManagedFields): boolean =>
    !isOwn(entry) &&
    !entry.subresource &&
    TAKEN_OVER.some(
      ({ prefix, operation }) =>
        entry.operation === operation && (entry.manager ?? "").startsWith(prefix),
    );

  const taken = managedFields.filter(isTaken);
  const [first] = [...managedFields.filter(isOwn), ...taken];
  if (taken.length === 0 || first === undefined) {
    return undefined;
  }
  const fields = [...managedFields.filter(isOwn), ...taken].map(({ fieldsV1 }) => fieldsV1 ?? {});
  return [
    ...managedFields.filter((entry) => !isOwn(entry) && !isTaken(entry)),
    { ...first, manager, operation: "Apply", fieldsV1: fields.reduce(union) },
  ];
}

/**
 * Inputs without the fields of `ignoreChanges`, which their managers keep: a field that only others manage is not sent, any
 * other is sent as it is.
 */
export function leaveIgnored(
  inputs: Manifest,
  live: KubernetesObject,
  ignoreChanges: readonly string[],
  manager: string,
): Manifest {
  const entries = live.metadata.managedFields ?? [];
  return ignoreChanges.reduce((current, ignored) => {
    const path = parsePath(ignored).filter((element) => typeof element === "string");
    const owners = entries.filter(({ fieldsV1 }) => hasField(fieldsV1, path));
    if (owners.length > 0 && owners.every((owner) => owner.manager !== manager)) {
      return withoutValue(current, path);
    }
    const value = valueAt(manifestOf(live), ...path);
    return value === undefined ? current : withValue(current, path, value);
  }, inputs);
}

function hasField(fields: FieldSet | undefined, path: readonly string[]): boolean {
  let current = fields;
  for (const element of path) {
    current = current?.[`f:${element}`];
  }
  return current !== undefined;
}

function union(one: FieldSet, other: FieldSet): FieldSet {
  const merged: Record<string, FieldSet> = { ...one };
  for (const [element, fields] of Object.entries(other)) {
    const own = merged[element];
    merged[element] = own === undefined ? fields : union(own, fields);
  }
  return merged;
}
