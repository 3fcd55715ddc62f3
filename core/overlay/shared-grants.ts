import type { KubernetesObject } from "../manifests/manifest";

interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

interface Grant extends KubernetesObject {
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

/** Whoever may write these can lift the bounds of the environment. */
const BOUNDS = new Set([
  "resourcequotas",
  "limitranges",
  "networkpolicies",
  "ciliumnetworkpolicies",
  "roles",
  "rolebindings",
  "httproutes",
]);
const HARMLESS_VERBS = new Set(["get", "list", "watch"]);
const RAISING_VERBS = ["escalate", "bind", "impersonate"];
/** The one of Kubernetes' own roles that writes none of them. */
const READING_ROLE = "view";

/** What a Role or a RoleBinding of a tree would let its workloads do to the environment's bounds. */
export function grantFaults(object: KubernetesObject): string[] {
  const { kind, rules = [], roleRef } = object as Grant;
  if (kind === "RoleBinding" && roleRef?.kind === "ClusterRole" && roleRef.name !== READING_ROLE) {
    return [
      `gives rights of the cluster-wide role ${roleRef.name}, which can lift the environment's bounds; bind a Role, or ClusterRole ${READING_ROLE}`,
    ];
  }
  return kind === "Role" ? rules.flatMap(ruleFaults) : [];
}

function ruleFaults({ resources = [], verbs = [] }: PolicyRule): string[] {
  const raising = verbs.filter((verb) => RAISING_VERBS.includes(verb));
  const writes = verbs.some((verb) => !HARMLESS_VERBS.has(verb));
  const bounds = resources.filter((resource) => resource === "*" || BOUNDS.has(resource));
  return [
    ...(raising.length > 0 ? [`lets somebody ${raising.join(" and ")}`] : []),
    ...(writes && bounds.length > 0
      ? [`lets somebody write ${bounds.join(", ")}, which bound the environment`]
      : []),
  ];
}
