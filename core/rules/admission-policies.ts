import { PROJECT_LABEL, STACK_LABEL } from "../labels";
import { GRANTS, namedKind } from "./kinds";
import { OWN_OBJECTS } from "./own-objects";
import { POLICIES, type PolicyName, RULES } from "./rules";

export interface SharedPolicies {
  /** Environments get hosts one label below it. @default - there is no entrance */
  readonly domain?: string;
  /** Kinds beside Kubernetes' own that environments may use, as `<Kind>.<group>`. */
  readonly kinds: readonly string[];
  /** Further objects, in addition to {@link OWN_OBJECTS}, that developers may not change, as `<Kind>/<name>`. */
  readonly ownObjects: readonly string[];
}

/** The varying part of a ValidatingAdmissionPolicy's specification. @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ */
export interface AdmissionPolicy {
  readonly matchConstraints: object;
  readonly matchConditions?: { readonly name: string; readonly expression: string }[];
  readonly variables?: { readonly name: string; readonly expression: string }[];
  readonly validations: {
    readonly expression: string;
    readonly message: string;
    readonly reason: "Forbidden";
  }[];
}

const CHANGES = ["CREATE", "UPDATE"];

/**
 * The policies of a shared cluster, by name: they enforce the rules for trees on every user with rights in a namespace,
 * whatever their roles allow.
 */
export function admissionPolicies(
  cluster: SharedPolicies,
): Readonly<Record<string, AdmissionPolicy>> {
  return {
    ...Object.fromEntries(
      (Object.keys(POLICIES) as PolicyName[]).map((name) => [name, contents(name, cluster)]),
    ),
    namespaces: ownership(),
    bounds: bounds(),
    kinds: kindsOf(cluster),
    ...(cluster.domain === undefined ? {} : { routes: routes(cluster.domain) }),
  };
}

function contents(policy: PolicyName, { kinds }: SharedPolicies): AdmissionPolicy {
  const groups = kinds.map((name) => namedKind(name).group);
  return {
    matchConstraints: inEnvironments(POLICIES[policy], CHANGES),
    variables: [
      { name: "outside", expression: MAY_OUTSIDE },
      { name: "namedGroups", expression: JSON.stringify(groups) },
      ...(policy === "roles" ? [{ name: "grants", expression: JSON.stringify(GRANTS) }] : []),
      { name: "own", expression: isOneOf(OWN_OBJECTS) },
    ],
    validations: RULES.filter((rule) => rule.policy === policy).map((rule) => ({
      // The program's own objects are exempt.
      expression: `${condition(rule.condition.cel, rule.sparesControllers === true)} || (variables.own && variables.outside)`,
      message: `${rule.why} (rule ${policy}/${rule.name})`,
      reason: "Forbidden",
    })),
  };
}

function condition(cel: string, sparesControllers: boolean): string {
  return sparesControllers ? `variables.outside || (${cel})` : `(${cel})`;
}

/** A namespace belongs to an environment from its creation or never, so that an existing one cannot be taken over. */
function ownership(): AdmissionPolicy {
  return {
    matchConstraints: {
      namespaceSelector: {},
      resourceRules: [rule("", "namespaces", CHANGES)],
    },
    matchConditions: [{ name: "of-an-environment", expression: IS_ENVIRONMENT }],
    validations: [
      {
        expression: `oldObject == null || ${JSON.stringify([PROJECT_LABEL, STACK_LABEL])}.all(name, object.metadata.?labels[?name] == oldObject.metadata.?labels[?name])`,
        message: "a namespace is an environment's from its creation on, or never",
        reason: "Forbidden",
      },
    ],
  };
}

/** The namespace itself, with the labels that all policies and Pod Security depend on. */
function bounds(): AdmissionPolicy {
  return {
    matchConstraints: {
      namespaceSelector: {},
      resourceRules: [
        rule("", "namespaces", [...CHANGES, "DELETE"]),
        rule("", "namespaces/*", [...CHANGES, "DELETE"]),
      ],
    },
    matchConditions: [{ name: "of-an-environment", expression: IS_ENVIRONMENT }],
    validations: [
      {
        expression: MAY_OUTSIDE,
        message: "developers may not change a namespace: its labels define its limits",
        reason: "Forbidden",
      },
    ],
  };
}

/** The kinds that developers may write. All others limit them, or reach beyond their namespace. */
function kindsOf({ kinds, ownObjects }: SharedPolicies): AdmissionPolicy {
  const named = kinds.map(namedKind).map(({ group, kind }) => `${group}/${kind}`);
  const groups = kinds.map((name) => namedKind(name).group);
  return {
    matchConstraints: inEnvironments(
      [
        ["*", "*"],
        ["*", "*/*"],
      ],
      [...CHANGES, "DELETE"],
    ),
    variables: [
      { name: "outside", expression: MAY_OUTSIDE },
      {
        name: "resource",
        expression: `request.resource.group + "/" + request.resource.resource + (request.?subResource.orValue("") == "" ? "" : "/" + request.subResource)`,
      },
    ],
    validations: [
      {
        expression: `variables.resource in ${JSON.stringify(WRITABLE)} || (request.?subResource.orValue("") == "" ? (request.kind.group + "/" + request.kind.kind) in ${JSON.stringify(named)} : request.resource.group in ${JSON.stringify(groups)}) || variables.outside`,
        message:
          "developers may not write this kind: it limits the environment, or reaches beyond it",
        reason: "Forbidden",
      },
      {
        expression: `!(${isOneOf([...OWN_OBJECTS, ...ownObjects])}) || variables.outside`,
        message: "this object is the environment's own",
        reason: "Forbidden",
      },
    ],
  };
}

/**
 * The first claim of a host name wins, so each environment may only claim its own, and no namespace may look like a
 * further name.
 */
function routes(domain: string): AdmissionPolicy {
  const further = `^([a-z0-9]+(-[a-z0-9]+)*--)?`;
  const below = domain.replaceAll(".", "[.]");
  return {
    matchConstraints: inEnvironments([["gateway.networking.k8s.io", "httproutes"]], CHANGES),
    validations: [
      {
        expression: `has(object.spec.hostnames) && size(object.spec.hostnames) > 0 && !object.metadata.namespace.contains("--") && object.spec.hostnames.all(host, host.matches("${further}" + object.metadata.namespace + "[.]${below}$"))`,
        message: `an environment's hosts are <its namespace>.${domain} and <name>--<its namespace>.${domain}, and no others`,
        reason: "Forbidden",
      },
    ],
  };
}

/** Resources, and parts of them, that a role of those who live there may write. */
const WRITABLE = Object.entries(GRANTS)
  .filter(([, verbs]) => verbs.some((verb) => ["create", "update"].includes(verb)))
  .map(([name]) => name);

/**
 * CEL: whether somebody may do the same in every namespace: the program, who administers the cluster, and its
 * controllers; by which names DOKS runs those is written nowhere. A tenant has rights in one namespace only.
 */
const MAY_OUTSIDE = `"system:nodes" in request.userInfo.groups || (request.operation == "CREATE" ? ["create"] : request.operation == "DELETE" ? ["delete", "deletecollection"] : ["update", "patch"]).exists(verb, authorizer.group(request.resource.group).resource(request.resource.resource).subresource(request.?subResource.orValue("")).check(verb).allowed())`;

/** CEL: whether a namespace belongs to an environment, before or after the change. */
const IS_ENVIRONMENT = ["object", "oldObject"]
  .map(
    (one) =>
      `(${one} != null && ${one}.metadata.?labels[?${JSON.stringify(STACK_LABEL)}].hasValue())`,
  )
  .join(" || ");

/** CEL: whether the object is one of these, as `<Kind>/<name>`. */
function isOneOf(objects: readonly string[]): string {
  return `(request.kind.kind + "/" + request.name) in ${JSON.stringify(objects)}`;
}

function inEnvironments(
  resources: readonly (readonly [string, string])[],
  operations: readonly string[],
): object {
  return {
    namespaceSelector: { matchExpressions: [{ key: STACK_LABEL, operator: "Exists" }] },
    resourceRules: resources.map(([group, resource]) => rule(group, resource, operations)),
  };
}

function rule(group: string, resource: string, operations: readonly string[]): object {
  return {
    apiGroups: [group],
    apiVersions: ["*"],
    operations,
    resources: [resource],
  };
}
