import { sharedClusterErrors } from "../../../core/rules/tenancy";
import type { Settings } from "../../../core/settings";
import { describeLocks, isHeld } from "../../stacks/locks";
import { findStack } from "../../stacks/stacks";
import type { Context } from "../../terminal/context";
import type { PreflightResult } from "./preflight-result";

/** A shared cluster as the account knows it: its id or its name. */
export interface SharedClusterRef {
  readonly cluster: string;
}

/** Which cluster an environment is to live on, or why that is not to be had now. */
export async function findSharedCluster(
  context: Context,
  { hostStack, hostCluster = "" }: Pick<Settings, "hostStack" | "hostCluster">,
): Promise<SharedClusterRef | PreflightResult> {
  if (hostStack === undefined) {
    return { cluster: hostCluster };
  }
  const record = await findStack(context, hostStack);
  if (record === undefined) {
    return fault(
      `there is no stack "${hostStack}", on whose cluster it is to live`,
      "doks-env list   # then --set hostStack=<one with the placement host>",
    );
  }
  if (isHeld(record)) {
    return fault(
      `shared cluster "${hostStack}" is being changed by ${describeLocks(record.locks, context.now())}`,
      `wait until \`doks-env show ${hostStack}\` shows that it is up`,
    );
  }
  const [error] = sharedClusterErrors(hostStack, record.outputs);
  return error === undefined
    ? { cluster: String(record.outputs.clusterId) }
    : fault(error.message, error.fix);
}

function fault(message: string, fix: string): PreflightResult {
  return { check: "host", state: "fault", message, fix };
}
