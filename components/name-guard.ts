import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import { idIn } from "../core/digitalocean-tags";
import { clusterNameErrors, type NamedCluster } from "../core/rules/cluster-name";
import { accountList } from "./account-list";
import { fault } from "./fault";

/**
 * Makes a hook that the engine runs before it creates a cluster, in a preview too: it fails when the account has a cluster
 * of that name. The engine alone knows that the cluster is to be created, and not in the state already.
 */
export function nameGuard(stack: string, access: AccountAccess): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    "cluster-name-is-free",
    async ({ newInputs }) => {
      const { name, tags } = newInputs as { name: string; tags: readonly unknown[] };
      // In the preview of a new environment its id is not known yet.
      const id = idIn(tags.filter((tag) => typeof tag === "string"));
      const [error] = clusterNameErrors(
        { name, stack, id, clusterIds: [] },
        await accountList<NamedCluster>(access, "clusters"),
      );
      if (error !== undefined) {
        throw fault(error.message, error.fix);
      }
    },
    { onDryRun: true },
  );
}
