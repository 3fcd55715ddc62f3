import { TestCluster, testNode } from "./test-cluster";

/** Runs a cluster on the state directory it is given, as a process of its own that a test can kill. */
async function main(stateDirectory: string): Promise<void> {
  const cluster = new TestCluster(stateDirectory);
  await cluster.start();
  await cluster.setNodes([testNode(1)]);
  await cluster.client().create("/api/v1/namespaces", { metadata: { name: "survivor" } });
  process.stdout.write("running\n");
}

void main(process.argv[2] ?? "");
