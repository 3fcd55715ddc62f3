import * as pulumi from "@pulumi/pulumi";
import { sharedClusterErrors } from "../core/rules/tenancy";
import { fault, requireNone } from "./fault";

/**
 * Reads the shared cluster's id from the outputs of a stack of this project.
 *
 * Uses the engine's own function, not a StackReference: that would stay in this stack's state. Once the shared
 * cluster's stack is removed, a refresh would fail, and this stack could not be taken down.
 *
 * @returns the cluster's id
 * @throws pulumi.RunError when the stack does not exist, is not up, or has no shared cluster
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
