import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type ClusterFacts, clusterFaults } from "../../../core/rules/cluster-facts";
import { type Bounds, shortages } from "../../../core/rules/demand";
import type { PreflightResult } from "./preflight-result";

/** What the namespace's quotas would refuse of a tree. */
export function checkDemand(
  objects: readonly KubernetesObject[],
  bounds: Bounds,
): PreflightResult[] {
  return shortages(objects, bounds).map(({ message, setting, least }) => ({
    check: "tree",
    state: "fault",
    message,
    fix:
      setting === undefined
        ? `raise it to ${least} in the tree, or ask for less`
        : `--set ${setting}=${least}, or ask for less in an overlay of your own`,
  }));
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
