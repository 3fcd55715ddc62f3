import { replicasOf } from "../manifests/autoscaling";
import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { volumeClaimsIn } from "../manifests/volumes";
import { parseQuantity } from "../quantity";
import type { Quota } from "./quotas";

/** What bounds an environment's namespace. */
export interface Bounds {
  readonly quota: Quota;
  readonly limits: Readonly<Record<"defaultRequest" | "default", Amounts>>;
  /** Of the cluster, on each of which a DaemonSet has a pod. */
  readonly nodes: number;
}

interface Amounts {
  readonly cpu?: string;
  readonly memory?: string;
}

/** A setting that is too low for a tree. */
export interface Shortage {
  /** Such as `quota.loadBalancers`. */
  readonly setting: string;
  readonly message: string;
  /** The least that it has to be. */
  readonly least: string;
}

const BYTES_PER_GIB = 2 ** 30;
const inGiB = (bytes: number) => `${Math.ceil(bytes / BYTES_PER_GIB)}Gi`;

/**
 * Everything that a tree asks for at once and that the namespace's quota would refuse: the API server does so only once the
 * objects before are there. Jobs end, so that what they are refused for now they may get later.
 */
export function shortages(objects: readonly KubernetesObject[], bounds: Bounds): Shortage[] {
  const { quota, nodes } = bounds;
  const claims = objects.flatMap((object) => volumeClaimsIn(object, objects, nodes));
  const pods = objects.flatMap((object) => podsOf(object, objects, nodes));
  const sum = (resource: keyof Amounts) =>
    pods.reduce((total, { spec, copies }) => total + copies * requestOf(spec, resource, bounds), 0);
  const cores = sum("cpu");
  const memory = sum("memory");
  const storage = claims.reduce((total, { spec, copies }) => total + copies * sizeOf(spec), 0);
  const counted = [
    ["loadBalancers", "load balancers", objects.filter(isLoadBalancer).length],
    ["volumes", "volumes", claims.reduce((total, { copies }) => total + copies, 0)],
    ["pods", "pods", pods.reduce((total, { copies }) => total + copies, 0)],
  ] as const;
  const measured = [
    ["cpu", "CPUs", cores, String(Math.ceil(cores))],
    ["memory", "of memory", memory, inGiB(memory)],
    ["storage", "of storage", storage, inGiB(storage)],
  ] as const;
  return [
    ...counted.flatMap(([key, what, wanted]) =>
      wanted > quota[key]
        ? [shortage(key, `${wanted} ${what}`, String(quota[key]), String(wanted))]
        : [],
    ),
    ...measured.flatMap(([key, what, wanted, least]) =>
      wanted > (parseQuantity(quota[key]) ?? 0)
        ? [shortage(key, `${least} ${what}`, quota[key], least)]
        : [],
    ),
  ];
}

function shortage(key: keyof Quota, wanted: string, allowed: string, least: string): Shortage {
  const setting = `quota.${key}`;
  return { setting, message: `the tree asks for ${wanted}, and ${setting} is ${allowed}`, least };
}

/** The quota counts those of other controllers, too. */
function isLoadBalancer({ kind, spec }: KubernetesObject): boolean {
  return kind === "Service" && valueAt(spec, "type") === "LoadBalancer";
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

/**
 * What a pod asks for: its containers together or, if that is more, an init container beside the sidecars.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
function requestOf(spec: unknown, resource: keyof Amounts, bounds: Bounds): number {
  const request = (container: unknown) => containerRequest(container, resource, bounds);
  const total = (containers: readonly unknown[]) =>
    containers.reduce<number>((sum, container) => sum + request(container), 0);
  const init = listAt(spec, "initContainers");
  const sidecars = init.filter((one) => valueAt(one, "restartPolicy") === "Always");
  const before = init.filter((one) => !sidecars.includes(one)).map(request);
  return Math.max(total([...listAt(spec, "containers"), ...sidecars]), ...before);
}

/** Kubernetes takes a limit for a request where there is none, and the namespace's LimitRange fills in the rest. */
function containerRequest(
  container: unknown,
  resource: keyof Amounts,
  { limits: { defaultRequest, default: defaultLimit } }: Bounds,
): number {
  const said =
    valueAt(container, "resources", "requests", resource) ??
    valueAt(container, "resources", "limits", resource) ??
    defaultRequest[resource] ??
    defaultLimit[resource];
  return typeof said === "string" || typeof said === "number"
    ? (parseQuantity(String(said)) ?? 0)
    : 0;
}

function sizeOf(spec: unknown): number {
  return parseQuantity(String(valueAt(spec, "resources", "requests", "storage"))) ?? 0;
}

function listAt(node: unknown, key: string): readonly unknown[] {
  const list = valueAt(node, key);
  return Array.isArray(list) ? list : [];
}
