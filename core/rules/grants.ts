import type { Condition } from "./condition";
import { GRANTS, namedKind, WRITE } from "./kinds";
import { ROLES } from "./own-objects";

interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

interface Subject {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Kubernetes' own role without write access. */
const READING_ROLE = "view";

/** A Role grants only rights in {@link GRANTS}: by group, resource and verb. */
export const grantsWithin: Condition = {
  offences: (object, { kinds = [] }) => {
    const { rules = [] } = object as unknown as { rules?: readonly PolicyRule[] };
    const named = kinds.map((kind) => namedKind(kind).group);
    return rules.flatMap(({ apiGroups = [], resources = [], verbs = [] }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => {
          const allowed = named.includes(group) ? WRITE : (GRANTS[`${group}/${resource}`] ?? []);
          const refused = verbs.filter((verb) => !allowed.includes(verb));
          const what = group === "" ? resource : `${resource} of ${group}`;
          return refused.length === 0
            ? []
            : [`${refused.join(", ")} ${what}; ${offerOf(allowed, resource, group)}`];
        }),
      ),
    );
  },
  // The API server passes a Role without rules with a null.
  cel: `(dyn(object).?rules.orValue(null) == null ? [] : object.rules).all(rule, rule.?apiGroups.orValue([]).all(group, rule.?resources.orValue([]).all(resource, rule.verbs.all(verb, group in variables.namedGroups ? verb in ${JSON.stringify(WRITE)} : verb in variables.grants[?group + "/" + resource].orValue([])))))`,
};

function offerOf(allowed: readonly string[], resource: string, group: string): string {
  return allowed.length > 0
    ? `allowed: ${allowed.join(", ")}`
    : [resource, group].includes("*")
      ? "list each resource, group and verb"
      : "no verb is allowed";
}

/** A RoleBinding grants a Role of its namespace, or read access, to ServiceAccounts of its namespace. */
export const bindsWithin: Condition = {
  offences: (object, { namespace }) => {
    const { roleRef, subjects = [] } = object as unknown as {
      roleRef?: { kind?: string; name?: string };
      subjects?: readonly Subject[];
    };
    const isForeignRole = roleRef?.kind === "ClusterRole" && roleRef.name !== READING_ROLE;
    return [
      ...(isForeignRole
        ? [`the cluster-wide role ${String(roleRef.name)}; bind a Role, or ClusterRole view`]
        : []),
      ...subjects
        .filter((subject) => !isOwn(subject, namespace))
        .map(({ kind = "", name = "", namespace: of = "" }) =>
          `${kind} ${name} ${of === namespace ? "" : of}`.trim(),
        ),
    ];
  },
  cel: `(object.roleRef.kind == "Role" || object.roleRef.name == "${READING_ROLE}") && object.?subjects.orValue([]).all(subject, subject.kind == "ServiceAccount" && subject.?namespace.orValue("") == object.metadata.namespace && !(subject.name in ${JSON.stringify(ROLES)}))`,
};

function isOwn({ kind, name = "", namespace: of }: Subject, namespace: string): boolean {
  const isReserved = (ROLES as readonly string[]).includes(name);
  return kind === "ServiceAccount" && of === namespace && !isReserved;
}
