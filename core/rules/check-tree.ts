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
  /** Level that the namespace's pods have to meet. */
  readonly podSecurity: PodSecurity;
  /** What a container gets that names no limit. */
  readonly defaultLimits?: DefaultLimits;
  /** What becomes of ClusterRoles: for advice that is not yet followed. */
  readonly clusterScoped?: "refuse" | "convert";
  /** Objects beside {@link OWN_OBJECTS} that are not the tree's, as `<Kind>/<name>`. */
  readonly ownObjects?: readonly string[];
}

/** Something that a tree may not have, with the rule that says so. */
export interface TreeFault {
  readonly object: KubernetesObject;
  /** `<policy>/<rule>`, as the API server of a shared cluster names it, too. */
  readonly rule: string;
  readonly message: string;
}

/** kustomize notes here from which file an object is, when it is told to; we add its patches. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/ */
const ORIGIN = "config.kubernetes.io/origin";

/**
 * Everything in a tree by which it would reach beyond its environment, or that Kubernetes would refuse once it is there.
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
 * Makes sure that a tree has nothing of that.
 *
 * @throws {UserError} with every object, what is wrong about it, the rule, its file where kustomize tells it, and the patches
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
  own: "take these out of the tree, or leave them out in an overlay of your own",
  shared:
    "leave these out in an overlay of your own, or `pulumi config set placement cluster` for a cluster of your own",
  fork: "take these out of the overlay, or push the branch to this repository after a review",
} as const satisfies Record<Trust, string>;

/** A cluster of one's own may have a lower level of Pod Security. */
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

/** In one line: object, fault, rule, file. */
export function describeFault({ object, rule, message }: TreeFault): string {
  return `${object.kind}/${object.metadata.name}: ${message} (rule ${rule}${filesOf(object)})`;
}

/** A patch may have brought what is wrong, and the object's own file looks fine then. */
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
  const own: Said[] = isOwn ? [["kinds/own", "the environment has one of this name itself"]] : [];
  if (trust === "own" || (trust === "fork" && kind === "Namespace")) {
    return own;
  }
  if (!isAllowed(object, place)) {
    return [["kinds/kind", refusalOf(object, place)]];
  }
  // Of a RoleBinding's subjects a rule of their own says more.
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

/** What says instead what a kind would say. */
const SAID_ELSEWHERE: Readonly<Record<string, string>> = {
  ResourceQuota: "is the environment's own: use the setting quota",
  LimitRange: "is the environment's own: use the setting limits",
  CiliumNetworkPolicy: "could open what the environment's own policy closes",
  Gateway: "would be an entrance for others' hosts: the shared cluster has the one entrance",
  HTTPRoute: "could claim others' hosts: the settings domain and smokeTest.service make the route",
};

function refusalOf(object: KubernetesObject, { trust, clusterScoped }: TreePlace): string {
  const { kind, metadata, apiVersion } = object;
  if (trust === "fork") {
    return `is of a kind (${apiVersion}) that is not allowed for a fork`;
  }
  if (kind === "ClusterRole") {
    return clusterScoped === "convert"
      ? "is cluster-wide, and stays so because no RoleBinding refers to it; bind it with a RoleBinding"
      : "is cluster-wide and would meet another environment's; `pulumi config set clusterScoped convert` makes it a Role";
  }
  const said = SAID_ELSEWHERE[kind];
  if (said !== undefined) {
    return said;
  }
  return metadata.namespace === undefined
    ? "is cluster-wide: it would hold for everybody, or meet another environment's"
    : `is of a kind (${apiVersion}) that could reach beyond the environment; the shared cluster's setting allowedKinds can name it`;
}

function ruleFaults(object: KubernetesObject, place: TreePlace): Said[] {
  return RULES.filter((rule) => rule.trust.includes(place.trust) && concerns(rule, object)).flatMap(
    ({ policy, name, condition, why }) =>
      condition
        .offences(object, place)
        .map((what) => [`${policy}/${name}`, `${why}: ${what}`] as const),
  );
}

/** Custom resources have templates of pods, too. */
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

/** Texts of the application's own, in which "namespace" may mean anything. */
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
