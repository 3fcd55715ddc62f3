import type { KubernetesObject } from "../manifests/manifest";

/** A kind that a tree may contain on a shared cluster. */
export interface Kind {
  /** Empty for Kubernetes' core. */
  readonly group: string;
  readonly kind: string;
  /** Plural, as in requests and roles. */
  readonly resource: string;
  /** Whether a fork's tree may contain it, too. No such kind grants rights. */
  readonly fork: boolean;
  /** The parts that developers may write themselves. @default - none: only the tree contains it */
  readonly writable?: {
    /** Subresources with their verbs, e.g. `scale`. */
    readonly parts?: Readonly<Record<string, readonly string[]>>;
  };
}

const READ = ["get", "list", "watch"];
export const WRITE = [...READ, "create", "update", "patch", "delete"];
const SCALE = { scale: ["get", "update", "patch"] };

const core = (kind: string, resource: string, writable?: Kind["writable"]): Kind => ({
  group: "",
  kind,
  resource,
  fork: true,
  writable,
});

/** All kinds that a tree may contain on a shared cluster, except those in the shared cluster's settings. */
export const KINDS: readonly Kind[] = [
  core("ConfigMap", "configmaps", {}),
  core("Secret", "secrets", {}),
  core("Service", "services", {}),
  core("ServiceAccount", "serviceaccounts"),
  core("PersistentVolumeClaim", "persistentvolumeclaims", {}),
  core("Pod", "pods", {
    parts: {
      exec: ["get", "create"],
      attach: ["get", "create"],
      portforward: ["get", "create"],
      log: READ,
      status: READ,
    },
  }),
  {
    group: "apps",
    kind: "Deployment",
    resource: "deployments",
    fork: true,
    writable: { parts: SCALE },
  },
  {
    group: "apps",
    kind: "StatefulSet",
    resource: "statefulsets",
    fork: true,
    writable: { parts: SCALE },
  },
  { group: "apps", kind: "DaemonSet", resource: "daemonsets", fork: true, writable: {} },
  {
    group: "apps",
    kind: "ReplicaSet",
    resource: "replicasets",
    fork: false,
    writable: { parts: SCALE },
  },
  { group: "batch", kind: "Job", resource: "jobs", fork: true, writable: {} },
  { group: "batch", kind: "CronJob", resource: "cronjobs", fork: true, writable: {} },
  {
    group: "autoscaling",
    kind: "HorizontalPodAutoscaler",
    resource: "horizontalpodautoscalers",
    fork: true,
    writable: {},
  },
  { group: "policy", kind: "PodDisruptionBudget", resource: "poddisruptionbudgets", fork: true },
  {
    group: "networking.k8s.io",
    kind: "Ingress",
    resource: "ingresses",
    fork: true,
    writable: {},
  },
  { group: "networking.k8s.io", kind: "NetworkPolicy", resource: "networkpolicies", fork: false },
  { group: "coordination.k8s.io", kind: "Lease", resource: "leases", fork: false, writable: {} },
  { group: "rbac.authorization.k8s.io", kind: "Role", resource: "roles", fork: false },
  {
    group: "rbac.authorization.k8s.io",
    kind: "RoleBinding",
    resource: "rolebindings",
    fork: false,
  },
  {
    group: "snapshot.storage.k8s.io",
    kind: "VolumeSnapshot",
    resource: "volumesnapshots",
    fork: false,
  },
];

/**
 * Kinds that pods report and no tree contains. Quotas never count them, whatever they list; they expire after an hour.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/quota/v1/install/registry.go
 */
const REPORTS: readonly Omit<Kind, "kind" | "fork">[] = [
  { group: "", resource: "events", writable: {} },
  { group: "events.k8s.io", resource: "events", writable: {} },
];

/** Kinds that developers may read but not write. */
const READABLE: readonly string[] = [
  "/resourcequotas",
  "/limitranges",
  "/endpoints",
  "/namespaces",
  "apps/controllerrevisions",
  "discovery.k8s.io/endpointslices",
  "metrics.k8s.io/pods",
];

/** A further kind in the shared cluster's settings: `<Kind>.<group>`. */
export function namedKind(name: string): { readonly group: string; readonly kind: string } {
  const [kind = "", ...group] = name.split(".");
  return { kind, group: group.join(".") };
}

/**
 * The rights that a tree's roles may grant: verbs by `<group>/<resource>`, or by `<group>/<resource>/<part>`. All
 * others are refused, and so are wildcards.
 */
export const GRANTS: Readonly<Record<string, readonly string[]>> = Object.fromEntries([
  ...READABLE.map((name) => [name, READ] as const),
  ...[...KINDS, ...REPORTS].flatMap(({ group, resource, writable }) => {
    const name = `${group}/${resource}`;
    return [
      [name, writable === undefined ? READ : [...WRITE, "deletecollection"]] as const,
      [`${name}/status`, READ] as const,
      ...Object.entries(writable?.parts ?? {}).map(
        ([part, verbs]) => [`${name}/${part}`, verbs] as const,
      ),
    ];
  }),
]);

/** Groups of Kubernetes or its aggregated servers, not of CustomResourceDefinitions. */
const BUILT_IN = /^(?:[a-z]*|(?!gateway\.|snapshot\.).*(?<!x-)k8s\.io)$/;

/** The group of an API version; empty for Kubernetes' core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

export function isCustomGroup(group: string): boolean {
  return !BUILT_IN.test(group);
}

export function isCustom(apiVersion: string): boolean {
  return isCustomGroup(groupOf(apiVersion));
}

/** A kind's name in quotas: `secrets`, `deployments.apps`. @returns undefined for an unlisted kind */
export function countedAs({ apiVersion, kind }: KubernetesObject): string | undefined {
  const group = groupOf(apiVersion);
  const found = KINDS.find((one) => one.kind === kind && one.group === group);
  return found && (group === "" ? found.resource : `${found.resource}.${group}`);
}

/** The kinds that developers can create themselves, by their names in quotas: `secrets`, `deployments.apps`. */
export const COUNTED: readonly string[] = KINDS.filter(
  ({ writable }) => writable !== undefined,
).map(({ group, resource }) => (group === "" ? resource : `${resource}.${group}`));
