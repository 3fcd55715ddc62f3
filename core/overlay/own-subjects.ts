import type { KubernetesObject } from "../manifests/manifest";
import type { ObjectChange } from "./shared-changes";

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

interface Binding extends KubernetesObject {
  readonly subjects?: readonly Subject[];
}

/**
 * Lets bindings give their rights to the tree's own ServiceAccounts, in the environment's namespace. Trees write the namespace
 * that they are for into the subjects of a binding, and kustomize changes it for the ServiceAccount `default` only.
 *
 * @see https://github.com/kubernetes-sigs/kustomize/blob/api/v0.20.1/api/internal/builtins/NamespaceTransformer.go
 */
export function ownSubjects(objects: readonly KubernetesObject[], namespace: string): ObjectChange {
  const own = objects.filter(({ kind }) => kind === "ServiceAccount");
  const isOwn = ({ kind, name }: Subject) =>
    kind === "ServiceAccount" && own.some(({ metadata }) => metadata.name === name);
  return (object) => {
    const { kind, subjects } = object as Binding;
    return ["RoleBinding", "ClusterRoleBinding"].includes(kind) && Array.isArray(subjects)
      ? ({
          ...object,
          subjects: (subjects as readonly Subject[]).map((subject) =>
            isOwn(subject) ? { ...subject, namespace } : subject,
          ),
        } as KubernetesObject)
      : object;
  };
}
