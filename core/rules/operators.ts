import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { groupOf, isCustom } from "./kinds";

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet"];
const ROLES = ["ClusterRole", "Role"];
const BINDINGS = ["ClusterRoleBinding", "RoleBinding"];
const DEFINING = {
  group: "apiextensions.k8s.io",
  resource: "customresourcedefinitions",
  verb: "create",
} as const;

/** A right that a role may grant. */
interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: "create" | "update" | "patch";
}

export function allows(object: KubernetesObject, { group, resource, verb }: Right): boolean {
  const names = (rule: unknown, key: string, value: string) =>
    [value, "*"].some((one) => itemsAt(rule, key).includes(one));
  return (
    ROLES.includes(object.kind) &&
    itemsAt(object, "rules").some(
      (rule) =>
        names(rule, "apiGroups", group) &&
        names(rule, "resources", resource) &&
        names(rule, "verbs", verb),
    )
  );
}

/** Whether a role of the tree may change objects that exist. */
export function mayUpdate(
  objects: readonly KubernetesObject[],
  group: string,
  resource: string,
): boolean {
  return objects.some((object) =>
    (["update", "patch"] as const).some((verb) => allows(object, { group, resource, verb })),
  );
}

/**
 * The operators in a tree that may define a custom resource's kind at run time: workloads whose ServiceAccounts may
 * create definitions, and have any right in the kind's group.
 */
export function definersOf(
  { apiVersion }: KubernetesObject,
  objects: readonly KubernetesObject[],
): KubernetesObject[] {
  if (!isCustom(apiVersion)) {
    return [];
  }
  const holders = (roles: readonly KubernetesObject[]) =>
    objects
      .filter(({ kind }) => BINDINGS.includes(kind))
      .filter((binding) =>
        roles.some(
          ({ kind, metadata }) =>
            valueAt(binding, "roleRef", "kind") === kind &&
            valueAt(binding, "roleRef", "name") === metadata.name,
        ),
      )
      .flatMap((binding) => itemsAt(binding, "subjects"))
      .map((subject) => valueAt(subject, "name"));
  const define = holders(objects.filter((one) => allows(one, DEFINING)));
  const serve = holders(objects.filter((one) => concerns(one, groupOf(apiVersion))));
  return workloadsIn(objects).filter(({ spec }) => {
    const account = valueAt(spec, "template", "spec", "serviceAccountName") ?? "default";
    return define.includes(account) && serve.includes(account);
  });
}

const WEBHOOKS = ["MutatingWebhookConfiguration", "MutatingAdmissionPolicy"];
const WRITING = ["create", "update", "patch"] as const;

/**
 * Whether a part of a tree may create objects that are not in the tree, or change those that are: an operator with
 * its custom resources, a webhook, or a program with its role.
 *
 * @param made - group and resource of each kind in question
 */
export function mayMake(
  objects: readonly KubernetesObject[],
  made: readonly (readonly [group: string, resource: string])[],
): boolean {
  const isThere = (kind: unknown, name: unknown) =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);
  return objects.some((object) => {
    const { apiVersion, kind } = object;
    const role = (key: string) => valueAt(object, "roleRef", key);
    return (
      isCustom(apiVersion) ||
      WEBHOOKS.includes(kind) ||
      // A role of the cluster itself is not in the tree, so its rights are unknown.
      (BINDINGS.includes(kind) && !isThere(role("kind"), role("name"))) ||
      made.some(([group, resource]) =>
        WRITING.some((verb) => allows(object, { group, resource, verb })),
      )
    );
  });
}

function concerns(role: KubernetesObject, group: string): boolean {
  return (
    ROLES.includes(role.kind) &&
    itemsAt(role, "rules").some((rule) =>
      [group, "*"].some((one) => itemsAt(rule, "apiGroups").includes(one)),
    )
  );
}

function workloadsIn(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({ kind }) => WORKLOADS.includes(kind));
}

function itemsAt(node: unknown, key: string): readonly unknown[] {
  const items = valueAt(node, key);
  return Array.isArray(items) ? items : [];
}
