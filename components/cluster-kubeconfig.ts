import { stringify } from "yaml";

/** Relative to the project's folder, in which Pulumi starts its providers. */
const EXEC_CREDENTIAL_SCRIPT = "bin/exec-credential.js";

/**
 * A kubeconfig without a credential: client-go runs a script that requests one from DigitalOcean.
 *
 * @param ca - certificate authority of the API server, PEM in base64
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 */
export function clusterKubeconfig(
  clusterId: string,
  clusterName: string,
  server: string,
  ca: string,
): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusterName,
    clusters: [{ name: clusterName, cluster: { server, "certificate-authority-data": ca } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "node",
            args: [EXEC_CREDENTIAL_SCRIPT, clusterId],
            interactiveMode: "Never",
            installHint: "Node.js is needed to ask the DigitalOcean API for a credential",
          },
        },
      },
    ],
  });
}
