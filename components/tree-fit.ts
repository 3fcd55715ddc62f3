import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { namingStack } from "../core/config-command";
import { faultList } from "../core/errors";
import type { KubernetesObject } from "../core/manifests/manifest";
import {
  type ClusterFacts,
  clusterFaults,
  clusterWarnings,
  newClusterFacts,
  readClusterFacts,
} from "../core/rules/cluster-facts";
import { type Bounds, shortages } from "../core/rules/demand";
import { type NodeSupply, nodeShortages } from "../core/rules/node-fit";
import { accountList } from "./account-list";
import { ClusterObjects } from "./cluster-objects";
import { fault } from "./fault";

/**
 * Makes sure of what can be known of a tree before anything is created: that its cluster takes and serves its objects, and
 * that the namespace's quotas and the nodes let them all be made. Warns of what would come up, and is hardly meant.
 *
 * @param facts - of the cluster. @default - they are not known
 * @throws pulumi.RunError with everything that is in the way, each with its fix
 */
export async function requireFit(
  objects: readonly KubernetesObject[],
  bounds: Bounds,
  supply: NodeSupply,
  facts?: ClusterFacts,
): Promise<void> {
  const faults = [
    ...clusterFaults(objects, facts),
    ...[...shortages(objects, bounds), ...nodeShortages(objects, bounds, supply)].map(
      ({ message, remedy }) => ({
        message,
        fix:
          typeof remedy === "string"
            ? remedy
            : namingStack(
                `pulumi config set --path ${remedy.setting} ${remedy.least}`,
                pulumi.getStack(),
              ),
      }),
    ),
  ];
  if (faults.length > 0) {
    throw fault(
      `the tree cannot come up:${faultList(faults)}`,
      "change these in the tree or in your own overlay",
    );
  }
  for (const warning of facts === undefined ? [] : clusterWarnings(objects, facts)) {
    await pulumi.log.warn(warning);
  }
}

/**
 * The abilities of a stack's own cluster, or of a new one.
 *
 * @param tags - that name the stack's cluster
 * @returns undefined, after a warning, when the cluster cannot be asked
 */
export async function ownClusterFacts(
  access: AccountAccess,
  tags: readonly string[],
  objects: readonly KubernetesObject[],
): Promise<ClusterFacts | undefined> {
  try {
    const clusters = await accountList(access, "clusters");
    const own = clusters.find(
      (cluster) =>
        cluster.status.state === "running" && tags.every((tag) => cluster.tags.includes(tag)),
    );
    return own === undefined
      ? newClusterFacts(objects)
      : await readClusterFacts(await ClusterObjects.open(access, own.id), objects, false);
  } catch (error) {
    if (!(error instanceof pulumi.RunError)) {
      throw error;
    }
    await pulumi.log.warn(`the cluster's API resources were not checked: ${error.message}`);
    return undefined;
  }
}
