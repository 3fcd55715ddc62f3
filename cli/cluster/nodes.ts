import type { V1Node } from "@kubernetes/client-node";
import { metCondition, nameOf, unmetCondition } from "./api-objects";
import type { ClusterClient } from "./client";
import type { ClusterNode } from "./diagnosis";
import { excerpt } from "./excerpt";
import { advice } from "./likely-fix";
import { isOverdue, type Problem } from "./problem";
import type { Snapshot } from "./snapshot";

/** Labels that DOKS and its cloud controller add to every node. @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const POOL_LABEL = "doks.digitalocean.com/node-pool";
const SIZE_LABEL = "node.kubernetes.io/instance-type";

/**
 * Returns the cluster's nodes, by name.
 *
 * @throws {ForbiddenError} with a role that is limited to a namespace
 * @throws {UserError} when the cluster cannot be reached
 */
export async function readNodes(client: ClusterClient): Promise<ClusterNode[]> {
  const nodes = await client.list("Node", "");
  return nodes.map(nodeOf).sort((a, b) => a.name.localeCompare(b.name));
}

function nodeOf(node: V1Node): ClusterNode {
  const { metadata, status } = node;
  const pool = metadata?.labels?.[POOL_LABEL];
  const size = metadata?.labels?.[SIZE_LABEL];
  const ready = metCondition(status?.conditions, "Ready") !== undefined;
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  return {
    name: nameOf(node),
    pool,
    size,
    ready,
    ...(!ready && { reason: excerpt(condition?.message ?? "its kubelet has not reported yet") }),
    version: status?.nodeInfo?.kubeletVersion ?? "",
    createdAt: metadata?.creationTimestamp?.toISOString() ?? "",
  };
}

export function nodeProblem(node: V1Node, { takenAt }: Snapshot): Problem | undefined {
  const { ready, reason = "" } = nodeOf(node);
  const condition = unmetCondition(node.status?.conditions, "Ready");
  const since = condition?.lastTransitionTime ?? node.metadata?.creationTimestamp;
  return ready
    ? undefined
    : {
        reason: condition?.reason ?? "NodeNotReady",
        text: `it is not ready: ${reason}`,
        isFinal: isOverdue(since, takenAt),
        fix: advice(
          "wait a few minutes: DOKS repairs nodes by itself; otherwise recycle it in DigitalOcean's control panel",
        ),
      };
}
