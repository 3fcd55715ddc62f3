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
 * Points bindings to the tree's own ServiceAccounts in the environment's namespace. The subjects of a tree's bindings
 * name the namespace that the tree is written for, and kustomize only changes that of the ServiceAccount `default`.
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
