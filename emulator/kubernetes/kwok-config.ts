import { STAGES } from "./stages";
import { stageObject } from "./stages/stage";

/** What every container has written. In the format of a container runtime: time, stream, tag, text. */
export const CONTAINER_LOG =
  "1970-01-01T00:00:00.000000000Z stdout F The DigitalOcean emulator runs no containers: there are no logs.\n";

/** kwok's configuration: the life of nodes and pods, and the file that `kubectl logs` shows. JSON, as YAML takes it. */
export function kwokConfig(containerLogFile: string): string {
  const logs = {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "ClusterLogs",
    metadata: { name: "containers" },
    spec: {
      logs: [{ logsFile: containerLogFile, previousLogsFile: containerLogFile, follow: true }],
    },
  };
  return [...STAGES.map(stageObject), logs].map((object) => JSON.stringify(object)).join("\n---\n");
}
