import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { idIn, idTag } from "../core/digitalocean-tags";
import { keptDataErrors } from "../core/rules/kept-data";
import { accountList } from "./account-list";
import { fault } from "./fault";

interface Tagged {
  readonly id: string;
  readonly name: string;
  readonly tags?: readonly string[] | null;
}

export interface DataGuardArgs {
  readonly project: string;
  readonly stack: string;
  /** Whether the command line has made volumes of what is kept. */
  readonly isRestored: boolean;
  /** Whether the environment's volumes may be lost. */
  readonly keepsNothing: boolean;
}

/**
 * Makes a hook that the engine runs before it creates the place of an environment, a cluster or a namespace, in a preview
 * too: it fails when data would be lost with that, or left behind.
 */
export function dataGuard(args: DataGuardArgs, access: AccountAccess): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    "no-data-is-lost",
    async ({ newInputs }) => {
      const { tags = [] } = newInputs as { tags?: readonly unknown[] };
      // A namespace has no tags, and takes no cluster's place.
      const id = idIn(tags.filter((tag) => typeof tag === "string"));
      const [snapshots, volumes, clusters] = await Promise.all([
        accountList<Tagged>(access, "snapshots", "resource_type=volume"),
        accountList<Tagged>(access, "volumes"),
        accountList<Tagged>(access, "clusters"),
      ]);
      const own = clusters.filter((one) => id !== undefined && one.tags?.includes(idTag(id)));
      const [error] = keptDataErrors({
        ...args,
        snapshots,
        volumes,
        clusterIds: own.map((cluster) => cluster.id),
      });
      if (error !== undefined) {
        throw fault(error.message, error.fix);
      }
    },
    { onDryRun: true },
  );
}
