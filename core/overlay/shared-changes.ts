import { UserError } from "../errors";
import {
  candidatesOf,
  type Entry,
  type EntryWish,
  entryAt,
  entryServicesOf,
} from "../manifests/entry";
import type { KubernetesObject } from "../manifests/manifest";

/** Changes an object of a tree. @returns undefined to leave the object out */
export type ObjectChange = (object: KubernetesObject) => KubernetesObject | undefined;

/** The services of a tree to deploy, and the namespace whose Services provide the rest. */
export interface Part {
  readonly services: readonly string[];
  readonly baseline: string;
}

/**
 * The Service whose address is the environment's: the named one, or else the only one of type LoadBalancer for HTTP.
 *
 * @returns undefined also when its pods are not in the deployed part
 */
export function entryOf(
  objects: readonly KubernetesObject[],
  wish: EntryWish,
  part?: Part,
): Entry | undefined {
  const replaced = part === undefined ? [] : splitBy(objects, part).replaced;
  const entries = entryServicesOf(objects.filter((object) => !replaced.includes(object)));
  const { service } = wish;
  const candidates = candidatesOf(entries, wish);
  const entry =
    service === undefined
      ? candidates.find(() => candidates.length === 1)
      : entries.find((one) => one.service === service);
  return entry && entryAt(entry, wish);
}

/** Removes the load balancer of the entry: the entrance forwards requests to its pods. */
export function throughEntrance(entry: Entry): ObjectChange {
  return (object) =>
    object.kind === "Service" && object.metadata.name === entry.service
      ? withinCluster(object)
      : object;
}

/** Turns a Service into one that is reachable only inside the cluster. */
export function withinCluster(service: KubernetesObject): KubernetesObject {
  const { ports = [], ...rest } = service.spec as Record<string, unknown> & {
    readonly ports?: readonly Record<string, unknown>[];
  };
  // Fields that a ClusterIP Service must not have.
  const spec = without(rest, LOAD_BALANCER_FIELDS);
  const portsWithin = ports.map((port) => without(port, ["nodePort"]));
  return { ...service, spec: { ...spec, type: "ClusterIP", ports: portsWithin } };
}

function without(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

const LOAD_BALANCER_FIELDS = [
  "allocateLoadBalancerNodePorts",
  "externalTrafficPolicy",
  "healthCheckNodePort",
  "loadBalancerClass",
  "loadBalancerIP",
  "loadBalancerSourceRanges",
];

/**
 * Converts ClusterRoles into Roles, and makes RoleBindings refer to them. Bound in a namespace, a ClusterRole grants
 * the same as a Role with its rules; a Role cannot collide with another environment's, and is deleted with the
 * namespace.
 *
 * A ClusterRole with only a ClusterRoleBinding stays: it grants rights in the whole cluster.
 */
export function roleConversion(
  objects: readonly KubernetesObject[],
  namespace: string,
): ObjectChange {
  const bindings = objects.filter(({ kind }) => kind === "RoleBinding") as Bound[];
  const isConverted = (name: string) =>
    bindings.some((binding) => refersTo(binding, name)) &&
    objects.some(({ kind, metadata }) => kind === "ClusterRole" && metadata.name === name);
  return (object) => {
    const { kind, metadata } = object;
    const { roleRef } = object as Bound;
    if (kind === "RoleBinding" && roleRef !== undefined && refersTo(object, roleRef.name)) {
      return isConverted(roleRef.name)
        ? ({ ...object, roleRef: { ...roleRef, kind: "Role" } } as KubernetesObject)
        : object;
    }
    return kind === "ClusterRole" && isConverted(metadata.name)
      ? { ...object, kind: "Role", metadata: { ...metadata, namespace } }
      : object;
  };
}

interface Bound extends KubernetesObject {
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

function refersTo({ roleRef }: Bound, clusterRole: string): boolean {
  return roleRef?.kind === "ClusterRole" && roleRef.name === clusterRole;
}

const WORKLOADS = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"];

interface Workload extends KubernetesObject {
  readonly spec?: {
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
    };
  };
}

interface Selecting extends KubernetesObject {
  readonly spec?: { readonly selector?: Readonly<Record<string, string>>; readonly type?: string };
}

/**
 * Leaves out all workloads except those of some services, and points the Services of the others to the baseline.
 *
 * Objects that several workloads may use (ConfigMaps, Secrets, ServiceAccounts, claims) stay: they cost nothing, and
 * nothing shows which workload uses them. An object that only serves left-out workloads, such as an autoscaler, is left
 * out, too.
 *
 * @throws {UserError} for a service without a workload of that name
 */
export function partOnly(
  objects: readonly KubernetesObject[],
  { services, baseline }: Part,
): ObjectChange {
  const names = objects.filter(isWorkload).map(({ metadata }) => metadata.name);
  const unknown = services.filter((service) => !names.includes(service));
  if (unknown.length > 0) {
    throw new UserError(
      `the tree has no workload named ${unknown.join(", ")}; its workloads are ${[...names].sort().join(", ")}`,
      "pulumi config set --path 'services[0]' <name>",
    );
  }
  const { dropped, replaced } = splitBy(objects, { services, baseline });
  const isLeftOut = (object: KubernetesObject) =>
    dropped.some((workload) => workload === object || servesOnly(object, workload));
  return (object) => {
    if (isLeftOut(object)) {
      return undefined;
    }
    return replaced.includes(object)
      ? {
          ...object,
          spec: {
            type: "ExternalName",
            externalName: `${object.metadata.name}.${baseline}.svc.cluster.local`,
          },
        }
      : object;
  };
}

/** The workloads to leave out, and the Services that select only those. */
function splitBy(
  objects: readonly KubernetesObject[],
  { services }: Part,
): { readonly dropped: readonly Workload[]; readonly replaced: readonly KubernetesObject[] } {
  const workloads = objects.filter(isWorkload) as Workload[];
  const kept = workloads.filter(({ metadata }) => services.includes(metadata.name));
  return {
    dropped: workloads.filter((workload) => !kept.includes(workload)),
    replaced: (objects as readonly Selecting[]).filter(
      (object) =>
        object.kind === "Service" &&
        object.spec?.type !== "ExternalName" &&
        !kept.some((workload) => selects(object, workload)),
    ),
  };
}

function isWorkload({ kind }: KubernetesObject): boolean {
  return WORKLOADS.includes(kind);
}

function selects({ spec }: Selecting, workload: Workload): boolean {
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  const selector = Object.entries(spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

interface Serving extends KubernetesObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
  };
}

function servesOnly(object: KubernetesObject, { kind, metadata }: Workload): boolean {
  const target = (object as Serving).spec?.scaleTargetRef;
  return target?.kind === kind && target.name === metadata.name;
}
