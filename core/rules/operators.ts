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

/** What a role may let its holders do. */
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

/**
 * The operators of a tree that may define a custom resource's kind once they run: workloads whose ServiceAccounts may create
 * definitions, and do something with the kind's group.
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
 * Whether something of a tree may make objects that the tree does not show, or change those that it shows: an operator by its
 * custom resources, a webhook, or a program by its role.
 *
 * @param made - group and resource of each kind that is asked about
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
      // The tree does not show what a role of the cluster itself allows.
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
