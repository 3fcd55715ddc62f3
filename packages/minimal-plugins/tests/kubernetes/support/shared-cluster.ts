/** One control plane for the tests of a file. */
import {
  START_TIMEOUT_MS,
  TestCluster,
  testNode,
} from "../../../../emulator/tests/kubernetes/support/test-cluster";

export interface SharedCluster {
  readonly cluster: TestCluster;
  /** A kubeconfig with the administrator's token. */
  readonly kubeconfig: string;
}

/** Starts a cluster with two nodes before the tests of this file and stops it after them. */
export function withCluster(): { readonly current: SharedCluster } {
  let cluster: TestCluster | undefined;
  beforeAll(async () => {
    cluster = await TestCluster.start([testNode(1), testNode(2)]);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await cluster?.dispose();
  });
  return {
    get current() {
      if (cluster === undefined) {
        throw new Error("the cluster has not started");
      }
      return {
        cluster,
        kubeconfig: kubeconfigOf(cluster.endpoint, cluster.ca, cluster.adminToken),
      };
    },
  };
}

export function kubeconfigOf(server: string, ca: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [
      {
        name: "test",
        cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") },
      },
    ],
    users: [{ name: "test", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
  });
}
