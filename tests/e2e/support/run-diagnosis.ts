import { openCluster } from "../../../cli/cluster/client";
import { diagnose } from "../../../cli/cluster/diagnose";
import { readNodes } from "../../../cli/cluster/nodes";
import { readWorkloads } from "../../../cli/cluster/workloads";
import { UserError } from "../../../core/errors";

/** Prints, as JSON, what the product reads of a cluster: the client library cannot be loaded within jest. */
async function main([kubeconfig = "", namespace = "", stack = ""]: string[]): Promise<void> {
  const found = await orFault(async () => {
    const client = await openCluster({ file: kubeconfig }, stack);
    const [diagnosis, workloads, nodes] = await Promise.all([
      diagnose(client, namespace, stack),
      readWorkloads(client, namespace),
      orFault(() => readNodes(client)),
    ]);
    return { diagnosis, workloads, nodes };
  });
  process.stdout.write(JSON.stringify(found));
}

async function orFault<T>(read: () => Promise<T>): Promise<T | { fault: object }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) {
      return { fault: { name: error.name, message: error.message, fix: error.fix } };
    }
    throw error;
  }
}

void main(process.argv.slice(2));
