import { sharedClusterErrors } from "../../../core/rules/tenancy";
import type { Settings } from "../../../core/settings";
import { describeLocks, isHeld } from "../../stacks/locks";
import { findStack } from "../../stacks/stacks";
import type { Context } from "../../terminal/context";
import { fault, type PreflightResult } from "./preflight-result";

/** Returns the id or name of an environment's shared cluster, or the reason for which it is not available now. */
export async function findSharedCluster(
  context: Context,
  { hostStack, hostCluster = "" }: Pick<Settings, "hostStack" | "hostCluster">,
): Promise<string | PreflightResult> {
  if (hostStack === undefined) {
    return hostCluster;
  }
  const record = await findStack(context, hostStack);
  if (record === undefined) {
    return fault("host", {
      message: `there is no stack "${hostStack}" with a shared cluster for it`,
      fix: "doks-env list   # then --set hostStack=<stack with placement: host>",
    });
  }
  if (isHeld(record)) {
    return fault("host", {
      message: `shared cluster "${hostStack}" is locked by ${describeLocks(record.locks, context.now())}`,
      fix: `wait until \`doks-env show ${hostStack}\` shows that it is up`,
    });
  }
  const [error] = sharedClusterErrors(hostStack, record.outputs);
  return error === undefined ? String(record.outputs.clusterId) : fault("host", error);
}
