import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type ClusterFacts, clusterFaults } from "../../../core/rules/cluster-facts";
import { type Bounds, type Shortage, shortages } from "../../../core/rules/demand";
import { type NodeSupply, nodeShortages } from "../../../core/rules/node-fit";
import type { Size } from "../../account/digitalocean";
import type { PreflightResult } from "./preflight-result";

/** What the namespace's quotas would refuse of a tree. */
export function checkDemand(
  objects: readonly KubernetesObject[],
  bounds: Bounds,
): PreflightResult[] {
  return shortages(objects, bounds).map(faultOf);
}

/** What a tree runs, and how many nodes there can be for it. */
export interface NodeDemand {
  readonly objects: readonly KubernetesObject[];
  readonly bounds: Bounds;
  readonly setting: NodeSupply["setting"];
  /** Workers at most. */
  readonly count: number;
  /** Droplet size slugs of the workers, and of the base node. */
  readonly sizes: readonly [workers: string, base: string];
}

/** Pods for which the nodes are too small or too few; nothing where a size is not known. */
export function checkNodes(
  { objects, bounds, setting, count, sizes }: NodeDemand,
  known: readonly Size[],
): PreflightResult[] {
  const nodes = sizes.flatMap((slug, index) => {
    const size = known.find((one) => one.slug === slug);
    const number = index === 0 ? count : 1;
    return size === undefined
      ? []
      : [{ count: number, size: { vcpus: size.vcpus, memoryMiB: size.memory } }];
  });
  return nodes.length < sizes.length
    ? []
    : nodeShortages(objects, bounds, { nodes, setting, count }).map(faultOf);
}

function faultOf({ message, setting, least }: Shortage): PreflightResult {
  return {
    check: "tree",
    state: "fault",
    message,
    fix:
      setting === undefined
        ? `raise it to ${least} in the tree, or ask for less`
        : `--set ${setting}=${least}, or ask for less in an overlay of your own`,
  };
}

/** What a cluster would not take, what it would take and never serve, keep for ever, or leave as it is. */
export function checkTree(
  objects: readonly KubernetesObject[],
  facts: ClusterFacts,
): PreflightResult[] {
  return clusterFaults(objects, facts).map((fault) => ({
    check: "tree",
    state: "fault",
    ...fault,
  }));
}
