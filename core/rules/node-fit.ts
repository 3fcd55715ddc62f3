import { replicasOf } from "../manifests/autoscaling";
import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { allocatableOf, type NodeSize } from "../money/node-capacity";
import { capacityOf, type Nodes } from "../money/shared-capacity";
import { type Bounds, type PodRequest, podRequests, type Shortage } from "./demand";

/** A cluster's nodes at their maximum. */
export interface NodeSupply {
  readonly nodes: readonly Nodes[];
  /** The setting that limits the nodes. @default - other environments share them */
  readonly bound?: NodeBound;
  /** Node sizes on offer in the region, the cheapest first. @default - unknown */
  readonly offered?: readonly NodeSize[];
}

/** The maximum number of an environment's own workers. */
export interface NodeBound {
  readonly setting: "nodeCount" | "maxNodes";
  readonly count: number;
}

/** The setting that limits the workers of an environment's own cluster. */
export function nodeBoundOf({
  nodeCount,
  maxNodes,
}: {
  readonly nodeCount: number;
  readonly maxNodes?: number;
}): NodeBound {
  return maxNodes === undefined
    ? { setting: "nodeCount", count: nodeCount }
    : { setting: "maxNodes", count: maxNodes };
}

/**
 * An environment's own nodes at their maximum: its workers, and one base node. A size that is not known has no nodes.
 *
 * @param offered - the sizes on offer in the region, the cheapest first. @default - unknown
 */
export function ownSupply(
  [workers, base]: readonly [workers: string, base: string],
  bound: NodeBound,
  known: readonly NodeSize[],
  offered?: readonly NodeSize[],
): NodeSupply {
  const sized = (slug: string, count: number) =>
    known.filter((size) => size.slug === slug).map((size) => ({ count, size }));
  const nodes = [...sized(workers, bound.count), ...sized(base, 1)];
  return { nodes, bound, ...(offered && { offered }) };
}

const LARGER_SHARED =
  "request less in your own overlay, or give the shared cluster larger nodes with its setting nodeSize";

const RESOURCES = [
  { key: "millicores", name: "CPUs", shown: (value: number) => String(value / 1000) },
  {
    key: "memoryMiB",
    name: "of memory",
    shown: (value: number) => `${Math.round((value / 1024) * 100) / 100}Gi`,
  },
] as const;

/**
 * Requests of a tree's pods that exceed the largest node, or all of the environment's own nodes together, even if no
 * other pods were on them. The scheduler reports this only once the objects exist.
 */
export function nodeShortages(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
  supply: NodeSupply,
): Shortage[] {
  return [...resourceShortages(objects, bounds, supply), ...apartShortages(objects, supply)];
}

const FEWER_REPLICAS =
  "use fewer replicas in your own overlay, or raise the setting nodeCount or maxNodes of the shared cluster's stack";

/** Pods that keep away from each other, and are more than there are nodes. */
function apartShortages(
  objects: readonly KubernetesObject[],
  { nodes, bound }: NodeSupply,
): Shortage[] {
  const all = nodes.reduce((sum, { count }) => sum + count, 0);
  return objects
    .filter(({ kind, spec }) => REPLICATED.includes(kind) && keepsApart(valueAt(spec, "template")))
    .map((object) => ({
      title: `${object.kind}/${object.metadata.name}`,
      pods: replicasOf(object, objects),
    }))
    .filter(({ pods }) => pods > all)
    .map(({ title, pods }) => ({
      message: `${title}: each of its ${pods} pods needs a separate node, but there are ${all} nodes`,
      remedy:
        bound === undefined
          ? FEWER_REPLICAS
          : { setting: bound.setting, least: String(bound.count + pods - all) },
    }));
}

function resourceShortages(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
  { nodes, bound, offered }: NodeSupply,
): Shortage[] {
  const pods = podRequests(objects, bounds);
  const sizes = nodes.map(({ size }) => allocatableOf(size));
  const all = capacityOf(nodes);
  return RESOURCES.flatMap(({ key, name, shown }): Shortage[] => {
    const most = Math.max(...sizes.map((size) => size[key]));
    const tooLarge = pods.filter((pod) => pod[key] > most);
    if (tooLarge.length > 0) {
      const remedy = bound === undefined ? LARGER_SHARED : largerSize(pods, offered);
      return tooLarge.map(({ object: { kind, metadata }, [key]: wanted }) => ({
        message: `${kind}/${metadata.name}: a pod requests ${shown(wanted)} ${name}, and the largest node gives ${shown(most)}`,
        remedy,
      }));
    }
    if (bound === undefined) {
      return [];
    }
    const { setting, count } = bound;
    const wanted = pods.reduce((sum, pod) => sum + pod.copies * pod[key], 0);
    const least = count + Math.ceil((wanted - all[key]) / most);
    return wanted <= all[key]
      ? []
      : [
          {
            message: `the tree's pods request ${shown(wanted)} ${name}, but all nodes together give ${shown(all[key])}`,
            remedy: { setting, least: String(least) },
          },
        ];
  });
}

/** Returns the remedy for pods that no node fits: the cheapest size for all of them, so that it is the same for each. */
function largerSize(
  pods: readonly PodRequest[],
  offered: readonly NodeSize[] | undefined,
): Shortage["remedy"] {
  const fits = (size: NodeSize) => {
    const capacity = allocatableOf(size);
    return pods.every((pod) => RESOURCES.every(({ key }) => pod[key] <= capacity[key]));
  };
  const least = offered === undefined ? "<larger size>" : offered.find(fits)?.slug;
  return least === undefined
    ? "request less in your own overlay: no node size on offer is large enough"
    : { setting: "nodeSize", least };
}

const REPLICATED = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];

/** Whether a pod of a template needs a node on which no other pod of it is. @see https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
function keepsApart(template: unknown): boolean {
  const pod = valueAt(template, "spec");
  const terms = listAt(
    valueAt(pod, "affinity", "podAntiAffinity"),
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  const hasHostPort = listAt(pod, "containers")
    .flatMap((container) => listAt(container, "ports"))
    .some((port) => Boolean(valueAt(port, "hostPort")));
  return (
    hasHostPort ||
    terms.some(
      (term) =>
        valueAt(term, "topologyKey") === "kubernetes.io/hostname" &&
        selects(valueAt(term, "labelSelector"), valueAt(template, "metadata", "labels")),
    )
  );
}

/** Whether labels are surely selected. */
function selects(selector: unknown, labels: unknown): boolean {
  const byLabels = Object.entries((valueAt(selector, "matchLabels") ?? {}) as object);
  const byExpressions = listAt(selector, "matchExpressions");
  return (
    byLabels.length + byExpressions.length > 0 &&
    byLabels.every(([key, value]) => valueAt(labels, key) === value) &&
    byExpressions.every(
      (one) =>
        valueAt(one, "operator") === "In" &&
        listAt(one, "values").includes(valueAt(labels, String(valueAt(one, "key")))),
    )
  );
}
