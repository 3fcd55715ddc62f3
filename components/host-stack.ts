import * as pulumi from "@pulumi/pulumi";
import { fault } from "./fault";

/**
 * Reads which cluster a stack of this project shares, from its outputs.
 *
 * With the engine's own look-up, not with a StackReference: that would stay in this stack's state, and a refresh of it
 * fails once the host stack is removed, when this one has to be taken down all the more.
 *
 * @returns the cluster's id
 * @throws pulumi.RunError when there is no such stack, it is no host, or it is not up
 */
export async function hostedCluster(hostStack: string): Promise<string> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${hostStack}`;
  const { placement, clusterId } = await outputsOf(name, hostStack);
  if (placement !== undefined && placement !== "host") {
    throw fault(
      `hostStack "${hostStack}" is no shared cluster: its placement is ${JSON.stringify(placement)}`,
      "pulumi config set hostStack <stack with placement host>",
    );
  }
  if (typeof clusterId !== "string") {
    throw fault(
      `hostStack "${hostStack}" has no cluster yet: it is not up`,
      `pulumi up --stack ${hostStack}`,
    );
  }
  return clusterId;
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
