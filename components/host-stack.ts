import * as pulumi from "@pulumi/pulumi";
import { sharedClusterErrors } from "../core/rules/tenancy";
import { fault, requireNone } from "./fault";

/**
 * Reads which cluster a stack of this project shares, from its outputs.
 *
 * With the engine's own look-up, not with a StackReference: that would stay in this stack's state, and a refresh of it
 * fails once the shared cluster's stack is removed, when this one has to be taken down all the more.
 *
 * @returns the cluster's id
 * @throws pulumi.RunError when there is no such stack, it has no shared cluster, or it is not up
 */
export async function sharedClusterId(hostStack: string): Promise<string> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${hostStack}`;
  const outputs = await outputsOf(name, hostStack);
  requireNone(sharedClusterErrors(hostStack, outputs));
  return String(outputs.clusterId);
}

async function outputsOf(name: string, hostStack: string): Promise<Record<string, unknown>> {
  try {
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
      name,
    })) as { outputs: Record<string, unknown> };
    return outputs;
  } catch (error) {
    throw fault(
      `the outputs of hostStack "${hostStack}" cannot be read: ${(error as Error).message}`,
      "pulumi config set hostStack <stack with placement host>   # `pulumi stack ls` shows all",
    );
  }
}
