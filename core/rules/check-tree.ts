import { UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import type { Place } from "./condition";
import { type DefaultLimits, limitFaults } from "./container-limits";
import { groupOf, KINDS, namedKind } from "./kinds";
import { OWN_OBJECTS } from "./own-objects";
import { type PodSecurity, podSecurityFaults } from "./pod-security";
import { POLICIES, RULES, type Rule, type Trust } from "./rules";

const POD_SECURITY = "pods/pod-security";

export interface TreePlace extends Place {
  readonly trust: Trust;
  /** The Pod Security level of the namespace. */
  readonly podSecurity: PodSecurity;
  /** Defaults for containers without a limit. */
  readonly defaultLimits?: DefaultLimits;
  /** The setting for ClusterRoles, to give the right advice. */
  readonly clusterScoped?: "refuse" | "convert";
  /** Further objects, in addition to {@link OWN_OBJECTS}, that a tree may not contain, as `<Kind>/<name>`. */
  readonly ownObjects?: readonly string[];
}

/** A part of a tree that is not allowed, with its rule. */
export interface TreeFault {
  readonly object: KubernetesObject;
  /** `<policy>/<rule>`, as in the errors of a shared cluster's API server. */
  readonly rule: string;
  readonly message: string;
}

/** kustomize's annotation with the source file of an object; we add its patches. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/ */
const ORIGIN = "config.kubernetes.io/origin";

/**
 * Everything in a tree that would reach beyond its environment, or that Kubernetes would refuse later.
 *
 * @param objects - as they would be applied
 */
export function treeFaults(objects: readonly KubernetesObject[], place: TreePlace): TreeFault[] {
  return objects.flatMap((object) =>
    [
      ...kindFaults(object, place),
      ...ruleFaults(object, place),
      ...podSecurityFaults(object, place.podSecurity).map(
        (message) => [POD_SECURITY, message] as const,
      ),
      ...limitFaults(object, place.defaultLimits ?? {}).map(
        (message) => ["pods/limits", message] as const,
      ),
    ].map(([rule, message]) => ({ object, rule, message })),
  );
}

/**
 * Requires that a tree has no such faults.
 *
 * @throws {UserError} with every object, its fault, the rule, its file if kustomize reports it, and the patches
 */
export function requireTree(objects: readonly KubernetesObject[], place: TreePlace): void {
  const faults = treeFaults(objects, place);
  if (faults.length > 0) {
    throw new UserError(
      [
        `the tree cannot be deployed ${WHERE[place.trust]}:`,
        ...faults.map((fault) => `  ${describeFault(fault)}`),
      ].join("\n"),
      fixFor(faults, place),
    );
  }
}

const WHERE = {
  own: "in a cluster of this account",
  shared: "on a shared cluster",
  fork: "for a fork",
} as const satisfies Record<Trust, string>;

const FIXES = {
  own: "remove these from the tree, or in your own overlay",
  shared:
    "remove these in your own overlay, or `pulumi config set placement cluster` for your own cluster",
  fork: "remove these from the overlay, or push the branch to this repository after a review",
} as const satisfies Record<Trust, string>;

/** An environment with its own cluster may lower the Pod Security level. */
function fixFor(faults: readonly TreeFault[], { trust, podSecurity }: TreePlace): string {
  const isStrict = ({ rule }: TreeFault) => rule === POD_SECURITY;
  if (trust !== "own" || !faults.some(isStrict)) {
    return FIXES[trust];
  }
  const isEnough =
    podSecurity === "restricted" &&
    faults
      .filter(isStrict)
      .every(({ object }) => podSecurityFaults(object, "baseline").length === 0);
  return `${FIXES.own}. For the rule ${POD_SECURITY}: pulumi config set podSecurity ${isEnough ? "baseline" : "privileged"}`;
}

/** One line with object, fault, rule and file. */
export function describeFault({ object, rule, message }: TreeFault): string {
  return `${object.kind}/${object.metadata.name}: ${message} (rule ${rule}${filesOf(object)})`;
}

/** The fault may come from a patch, while the object's own file looks fine. */
function filesOf({ metadata }: KubernetesObject): string {
  const note = metadata.annotations?.[ORIGIN] ?? "";
  const [, file] = /^(?:path|configuredIn): (.*)$/m.exec(note) ?? [];
  const patches = [...note.matchAll(/^patchedIn: (.*)$/gm)].map(([, name]) => name);
  return [
    ...(file === undefined ? [] : [`, in ${file}`]),
    ...(patches.length === 0 ? [] : [`, patched in ${patches.join(" and ")}`]),
  ].join("");
}

type Said = readonly [rule: string, message: string];

function kindFaults(object: KubernetesObject, place: TreePlace): Said[] {
  const { kind, metadata } = object;
  const { trust, ownObjects = [] } = place;
  const isOwn = [...OWN_OBJECTS, ...ownObjects].includes(`${kind}/${metadata.name}`);
  const own: Said[] = isOwn ? [["kinds/own", "the environment already has this object"]] : [];
  if (trust === "own" || (trust === "fork" && kind === "Namespace")) {
    return own;
  }
  if (!isAllowed(object, place)) {
    return [["kinds/kind", refusalOf(object, place)]];
  }
  // Another rule gives more detail about a RoleBinding's subjects.
  const named = kind === "RoleBinding" ? [] : namespacesIn(object);
  const foreign = [...new Set(named)].filter((name) => name !== place.namespace);
  return [
    ...own,
    ...(trust === "shared" && foreign.length > 0
      ? [["kinds/namespaces", `names another namespace: ${foreign.join(", ")}`] as const]
      : []),
  ];
}

function isAllowed(object: KubernetesObject, { trust, kinds = [] }: TreePlace): boolean {
  const { kind } = object;
  const group = groupOf(object.apiVersion);
  return (
    KINDS.some(
      (one) => one.kind === kind && one.group === group && (one.fork || trust !== "fork"),
    ) ||
    (trust === "shared" && kinds.some((name) => isSame(namedKind(name), { group, kind })))
  );
}

const isSame = (one: ReturnType<typeof namedKind>, other: ReturnType<typeof namedKind>): boolean =>
  one.group === other.group && one.kind === other.kind;

/** Specific reasons for some kinds, instead of the general one. */
const REASONS: Readonly<Record<string, string>> = {
  ResourceQuota: "is the environment's own: use the setting quota",
  LimitRange: "is the environment's own: use the setting limits",
  CiliumNetworkPolicy: "could allow traffic that the environment's own policy blocks",
  ReplicationController: "is not allowed on a shared cluster: write it as a Deployment",
  Gateway: "would be an entrance for others' hosts: the shared cluster has its own entrance",
  HTTPRoute:
    "could claim other environments' hosts: use the settings domain and smokeTest.service, which create the route",
};

function refusalOf(object: KubernetesObject, { trust, clusterScoped }: TreePlace): string {
  const { kind, metadata, apiVersion } = object;
  if (trust === "fork") {
    return `is of a kind (${apiVersion}) that is not allowed for a fork`;
  }
  if (kind === "ClusterRole") {
    return clusterScoped === "convert"
      ? "is cluster-wide and cannot be converted, because no RoleBinding refers to it; bind it with a RoleBinding"
      : "is cluster-wide and could collide with another environment's; `pulumi config set clusterScoped convert` makes it a Role";
  }
  const reason = REASONS[kind];
  if (reason !== undefined) {
    return reason;
  }
  return metadata.namespace === undefined
    ? "is cluster-wide: it would affect all environments, or collide with another environment's"
    : `is of a kind (${apiVersion}) that could reach beyond the environment; add it to the shared cluster's setting allowedKinds to permit it`;
}

function ruleFaults(object: KubernetesObject, place: TreePlace): Said[] {
  return RULES.filter((rule) => rule.trust.includes(place.trust) && concerns(rule, object)).flatMap(
    ({ policy, name, condition, why }) =>
      condition
        .offences(object, place)
        .map((what) => [`${policy}/${name}`, `${why}: ${what}`] as const),
  );
}

/** Custom resources may contain pod templates, too. */
function concerns({ policy }: Rule, object: KubernetesObject): boolean {
  const group = groupOf(object.apiVersion);
  const resource = KINDS.find((one) => one.kind === object.kind && one.group === group)?.resource;
  const resources: readonly (readonly [string, string])[] = POLICIES[policy];
  return (
    policy === "pods" ||
    policy === "finalizers" ||
    resources.some(([of, name]) => of === group && name === resource)
  );
}

/** Fields with the application's own data, in which "namespace" may mean anything. */
const OPAQUE = new Set([
  "data",
  "stringData",
  "binaryData",
  "annotations",
  "labels",
  "env",
  "args",
]);

/** Any `namespace:` in an object. */
function namespacesIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(namespacesIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (OPAQUE.has(key)) {
      return [];
    }
    return key === "namespace" && typeof value === "string" ? [value] : namespacesIn(value);
  });
}
