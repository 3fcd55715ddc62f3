import { replicasOf } from "../manifests/autoscaling";
import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { volumeClaimsIn } from "../manifests/volumes";
import { parseQuantity } from "../quantity";
import { countedAs } from "./kinds";
import {
  EPHEMERAL_STORAGE,
  hardOf,
  type Quota,
  type SharedQuota,
  settingOf,
  sharedHardOf,
} from "./quotas";

/** The limits of an environment's namespace. */
export interface Bounds {
  readonly quota: Quota | SharedQuota;
  readonly limits: Readonly<Record<"defaultRequest" | "default", Amounts>>;
  /** Number of the cluster's nodes; a DaemonSet has a pod on each. */
  readonly nodes: number;
  /** Whether the cluster is shared: then more is limited. */
  readonly isShared: boolean;
}

interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** A quota that is too low for a tree. */
export interface Shortage {
  readonly message: string;
  /** The setting to raise, such as `quota.loadBalancers`, and its minimum; or another remedy. */
  readonly remedy: { readonly setting: string; readonly least: string } | string;
}

/** Amounts by quota names, such as `requests.cpu` or `count/secrets`: cores, bytes or a count. */
export type Usage = ReadonlyMap<string, number>;

const BYTES_PER_GIB = 2 ** 30;
const MEASURED = /^(?:(?:requests|limits)\.)?(cpu|memory|storage|ephemeral-storage)$/;

/** Readable names for some of them. */
const WORDS: Readonly<Record<string, string>> = {
  "requests.cpu": "CPUs",
  "requests.memory": "of memory",
  "requests.storage": "of storage",
  "limits.memory": "of memory as limits",
  "services.loadbalancers": "load balancers",
  persistentvolumeclaims: "volumes",
};

/**
 * Everything that a tree requests at the same time and that a quota of the namespace, the environment's or the tree's
 * own, would refuse. The API server refuses it only once the previous objects exist. Jobs end, so a Job that is
 * refused now may run later.
 */
export function shortages(objects: readonly KubernetesObject[], bounds: Bounds): Shortage[] {
  const usage = usageOf(objects, bounds);
  return [
    ...excess(usage, environmentHard(bounds)).map(({ resource, used, hard }) => {
      const { setting, factor } = settingOf(resource);
      const least = amount(resource, used / factor);
      const allowed = amount(resource, hard / factor, false);
      return {
        remedy: { setting, least },
        message: `the tree requests ${amount(resource, used)} ${wordsFor(resource)}, but ${setting} is ${allowed}`,
      };
    }),
    ...objects.filter(isQuota).flatMap(({ metadata, spec }) =>
      excess(usage, valueAt(spec, "hard") as Hard).map(({ resource, used, hard }) => ({
        remedy: `raise it to ${amount(resource, used)} in the tree, or request less`,
        message: `ResourceQuota/${metadata.name}: the tree requests ${amount(resource, used)} ${wordsFor(resource)}, but its ${resource} is ${amount(resource, hard, false)}`,
      })),
    ),
  ];
}

type Hard = Readonly<Record<string, string>>;

export function environmentHard({ quota, isShared }: Bounds): Hard {
  return isShared ? sharedHardOf(quota as SharedQuota) : hardOf(quota);
}

interface Excess {
  readonly resource: string;
  readonly used: number;
  readonly hard: number;
}

/** The resources whose use exceeds a quota. */
export function excess(usage: Usage, hard: Hard): Excess[] {
  return Object.entries(hard).flatMap(([resource, most]) => {
    const used = usage.get(resource) ?? 0;
    const allowed = parseQuantity(String(most)) ?? Number.POSITIVE_INFINITY;
    // Floating-point sums are inexact.
    return used - allowed > 1e-9 ? [{ resource, used, hard: allowed }] : [];
  });
}

/** A quota with scopes counts only some pods. */
function isQuota({ kind, spec }: KubernetesObject): boolean {
  return (
    kind === "ResourceQuota" &&
    typeof valueAt(spec, "hard") === "object" &&
    valueAt(spec, "scopes") === undefined &&
    valueAt(spec, "scopeSelector") === undefined
  );
}

function amount(resource: string, value: number, isWhole = true): string {
  const [, unit] = MEASURED.exec(resource) ?? [];
  if (unit === undefined) {
    return String(Math.ceil(value));
  }
  const inUnit = unit === "cpu" ? value : value / BYTES_PER_GIB;
  const shown = isWhole ? Math.ceil(inUnit) : Math.round(inUnit * 100) / 100;
  return unit === "cpu" ? String(shown) : `${shown}Gi`;
}

function wordsFor(resource: string): string {
  return (
    WORDS[resource] ?? (MEASURED.test(resource) ? `of ${resource}` : resource.replace("count/", ""))
  );
}

/** Counts all objects as a namespace's quotas do. */
export function usageOf(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
): Usage {
  const usage = new Map<string, number>();
  const add = (amounts: Readonly<Record<string, number>>, copies = 1) => {
    for (const [resource, value] of Object.entries(amounts)) {
      usage.set(resource, (usage.get(resource) ?? 0) + copies * value);
    }
  };
  for (const object of objects) {
    add(countsOf(object));
    for (const { spec, copies } of podsOf(object, objects, bounds.nodes)) {
      add(podUsage(spec, bounds), copies);
    }
    for (const { spec, copies } of volumeClaimsIn(object, objects, bounds.nodes)) {
      add({ persistentvolumeclaims: 1, "requests.storage": sizeOf(spec) }, copies);
      if (object.kind !== "PersistentVolumeClaim") {
        add({ "count/persistentvolumeclaims": copies });
      }
    }
  }
  return usage;
}

/** The object itself, without its pods. Quotas also count load balancers of other controllers. */
function countsOf(object: KubernetesObject): Record<string, number> {
  const { kind, spec } = object;
  const counted = countedAs(object);
  const own = counted === undefined || kind === "Pod" ? {} : { [`count/${counted}`]: 1 };
  if (kind !== "Service") {
    return ["ConfigMap", "Secret"].includes(kind) ? { ...own, [`${kind.toLowerCase()}s`]: 1 } : own;
  }
  const type = valueAt(spec, "type");
  const ports = listAt(spec, "ports").length;
  const hasNodePorts =
    type === "NodePort" ||
    (type === "LoadBalancer" && valueAt(spec, "allocateLoadBalancerNodePorts") !== false);
  return {
    ...own,
    services: 1,
    ...(type === "LoadBalancer" ? { "services.loadbalancers": 1 } : {}),
    ...(hasNodePorts ? { "services.nodeports": ports } : {}),
  };
}

const LASTING = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

function podsOf(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  nodes: number,
): { readonly spec: unknown; readonly copies: number }[] {
  const { kind, spec } = object;
  if (kind === "Pod") {
    return [{ spec, copies: 1 }];
  }
  const template = valueAt(spec, "template", "spec");
  if (kind === "DaemonSet") {
    return [{ spec: template, copies: nodes }];
  }
  return LASTING.includes(kind) ? [{ spec: template, copies: replicasOf(object, objects) }] : [];
}

export interface PodRequest {
  readonly object: KubernetesObject;
  readonly copies: number;
  readonly millicores: number;
  readonly memoryMiB: number;
}

/** The requests of permanent pods. Pods of Jobs wait until there is room. */
export function podRequests(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
): PodRequest[] {
  return objects.flatMap((object) =>
    podsOf(object, objects, bounds.nodes).map(({ spec, copies }) => {
      const { cpu = 0, memory = 0 } = podUsage(spec, bounds);
      return { object, copies, millicores: Math.round(cpu * 1000), memoryMiB: memory / 2 ** 20 };
    }),
  );
}

function podUsage(spec: unknown, bounds: Omit<Bounds, "quota">): Record<string, number> {
  const measured = ["cpu", "memory", "ephemeral-storage"].flatMap((resource) => {
    const request = podAmount(spec, (container) => requestOf(container, resource, bounds));
    const limit = podAmount(spec, (container) => limitOf(container, resource, bounds));
    return [
      [resource, request],
      [`requests.${resource}`, request],
      [`limits.${resource}`, limit],
    ] as const;
  });
  return { pods: 1, "count/pods": 1, ...Object.fromEntries(measured) };
}

/**
 * A pod's request: that of its containers together or, if larger, that of an init container plus the sidecars.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function podAmount(spec: unknown, ofContainer: (container: unknown) => number): number {
  const total = (containers: readonly unknown[]) =>
    containers.reduce<number>((sum, container) => sum + ofContainer(container), 0);
  const init = listAt(spec, "initContainers");
  const sidecars = init.filter((one) => valueAt(one, "restartPolicy") === "Always");
  const before = init.filter((one) => !sidecars.includes(one)).map(ofContainer);
  return Math.max(total([...listAt(spec, "containers"), ...sidecars]), ...before);
}

/** Without a request, Kubernetes uses the limit, and the namespace's LimitRange fills in the rest. */
function requestOf(
  container: unknown,
  resource: string,
  { limits, isShared }: Omit<Bounds, "quota">,
): number {
  const declared =
    valueAt(container, "resources", "requests", resource) ??
    valueAt(container, "resources", "limits", resource) ??
    (limits.defaultRequest as Hard)[resource] ??
    (limits.default as Hard)[resource];
  return quantity(
    declared ??
      (isShared && resource === "ephemeral-storage" ? EPHEMERAL_STORAGE.request : undefined),
  );
}

function limitOf(
  container: unknown,
  resource: string,
  { limits, isShared }: Omit<Bounds, "quota">,
): number {
  const declared =
    valueAt(container, "resources", "limits", resource) ?? (limits.default as Hard)[resource];
  return quantity(
    declared ??
      (isShared && resource === "ephemeral-storage" ? EPHEMERAL_STORAGE.limit : undefined),
  );
}

function quantity(value: unknown): number {
  return typeof value === "string" || typeof value === "number"
    ? (parseQuantity(String(value)) ?? 0)
    : 0;
}

function sizeOf(spec: unknown): number {
  return quantity(valueAt(spec, "resources", "requests", "storage"));
}
