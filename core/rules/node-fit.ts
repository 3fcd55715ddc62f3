import type { KubernetesObject } from "../manifests/manifest";
import { allocatableOf } from "../money/node-capacity";
import { capacityOf, type Nodes } from "../money/shared-capacity";
import { type Bounds, podRequests, type Shortage } from "./demand";

/** A cluster's nodes, as many as there can be. */
export interface NodeSupply {
  readonly nodes: readonly Nodes[];
  /** What the environment's own settings bound them by. @default - others' pods are on them, too */
  readonly bound?: NodeBound;
}

/** The number of an environment's own workers at most. */
export interface NodeBound {
  readonly setting: "nodeCount" | "maxNodes";
  readonly count: number;
}

/** The setting that bounds the workers of an environment's own cluster. */
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

const LARGER_SHARED =
  "ask for less in an overlay of your own, or give the shared cluster larger nodes: the setting nodeSize of its stack";

const RESOURCES = [
  { key: "millicores", name: "CPUs", shown: (value: number) => String(value / 1000) },
  {
    key: "memoryMiB",
    name: "of memory",
    shown: (value: number) => `${Math.round((value / 1024) * 100) / 100}Gi`,
  },
] as const;

/**
 * What a tree's pods request that no node gives, or all of the environment's own together do not, were nothing else on them:
 * the scheduler says so only once the objects are there.
 */
export function nodeShortages(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
  { nodes, bound }: NodeSupply,
): Shortage[] {
  const pods = podRequests(objects, bounds);
  const sizes = nodes.map(({ size }) => allocatableOf(size));
  const all = capacityOf(nodes);
  return RESOURCES.flatMap(({ key, name, shown }): Shortage[] => {
    const most = Math.max(...sizes.map((size) => size[key]));
    const tooLarge = pods.filter((pod) => pod[key] > most);
    if (tooLarge.length > 0) {
      return tooLarge.map(({ object: { kind, metadata }, [key]: wanted }) => ({
        message: `${kind}/${metadata.name}: a pod requests ${shown(wanted)} ${name}, and the largest node gives ${shown(most)}`,
        remedy:
          bound === undefined ? LARGER_SHARED : { setting: "nodeSize", least: "<larger size>" },
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
            message: `the tree's pods request ${shown(wanted)} ${name}, and all nodes together give ${shown(all[key])}`,
            remedy: { setting, least: String(least) },
          },
        ];
  });
}
