import type { KubernetesObject } from "../../../core/manifests/manifest";
import { nodeSizeOf } from "../../../core/money/node-capacity";
import {
  type ClusterFacts,
  clusterFaults,
  clusterWarnings,
} from "../../../core/rules/cluster-facts";
import { type Bounds, type Shortage, shortages } from "../../../core/rules/demand";
import {
  type NodeBound,
  type NodeSupply,
  nodeShortages,
  ownSupply,
} from "../../../core/rules/node-fit";
import type { Size } from "../../account/resources";
import { fault, type PreflightResult, warning } from "./preflight-result";

/** Returns the faults of a tree that the namespace's quotas would refuse. */
export function checkDemand(
  objects: readonly KubernetesObject[],
  bounds: Bounds,
): PreflightResult[] {
  return shortages(objects, bounds).map(faultOf);
}

/** A tree's objects, and the nodes for it. */
export interface NodeDemand {
  readonly objects: readonly KubernetesObject[];
  readonly bounds: Bounds;
  /** Maximum number of workers. */
  readonly bound: NodeBound;
  /** Droplet size slugs of the workers, and of the base node. */
  readonly sizes: readonly [workers: string, base: string];
}

/**
 * Returns faults for pods for which the nodes are too small or too few; none if a size is unknown.
 *
 * @param offered - slugs of the node sizes on offer, the cheapest first. @default - unknown
 */
export function checkNodes(
  { objects, bounds, bound, sizes }: NodeDemand,
  known: readonly Size[],
  offered?: readonly string[],
): PreflightResult[] {
  const all = known.map(nodeSizeOf);
  const onOffer = offered?.flatMap((slug) => all.filter((size) => size.slug === slug));
  const supply = ownSupply(sizes, bound, all, onOffer);
  return supply.nodes.length < sizes.length ? [] : checkSupply(objects, bounds, supply);
}

/** Does the same for known nodes. */
export function checkSupply(
  objects: readonly KubernetesObject[],
  bounds: Omit<Bounds, "quota">,
  supply: NodeSupply,
): PreflightResult[] {
  return nodeShortages(objects, bounds, supply).map(faultOf);
}

function faultOf({ message, remedy }: Shortage): PreflightResult {
  const fix =
    typeof remedy === "string"
      ? remedy
      : `--set ${remedy.setting}=${remedy.least}, or request less in your own overlay`;
  return fault("tree", { message, fix });
}

/** Returns faults for objects that a cluster would refuse, never serve, never delete or not update, and warns of likely mistakes. */
export function checkTree(
  objects: readonly KubernetesObject[],
  facts: ClusterFacts,
): PreflightResult[] {
  return [
    ...clusterFaults(objects, facts).map((error) => fault("tree", error)),
    ...clusterWarnings(objects, facts).map((message) => warning("tree", message)),
  ];
}
