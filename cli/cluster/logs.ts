import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { UserError } from "../../core/errors";
import { nameOf } from "./api-objects";
import type { ClusterClient } from "./client";
import type { LogExcerpt } from "./diagnosis";
import { excerpt, lastLines } from "./excerpt";

/** Number of a container's last lines. */
const LINES = 20;

/** Returns the last lines of a container's runs that show its problem; none if it never ran. */
export function readLogs(
  client: ClusterClient,
  pod: V1Pod,
  container: string,
): Promise<LogExcerpt[]> {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find(
    ({ name }) => name === container,
  );
  return Promise.all(
    runsOf(status).map(async (run): Promise<LogExcerpt> => {
      const which = { pod: nameOf(pod), container, run };
      try {
        const log = await client.log({
          namespace: pod.metadata?.namespace ?? "",
          pod: which.pod,
          container,
          previous: run === "previous",
          lines: LINES,
        });
        const lines = lastLines(log, LINES);
        return lines.length > 0
          ? { ...which, lines }
          : { ...which, lines, unreadable: "it wrote nothing" };
      } catch (error) {
        if (error instanceof UserError) {
          return { ...which, lines: [], unreadable: excerpt(error.message) };
        }
        throw error;
      }
    }),
  );
}

/** A container that waits for its next start has only its previous run; one that runs again has both. */
function runsOf(status: V1ContainerStatus | undefined): LogExcerpt["run"][] {
  const { waiting, running, terminated } = status?.state ?? {};
  const hasEnded = status?.lastState?.terminated !== undefined;
  if (terminated) {
    return ["current"];
  }
  if (running) {
    return hasEnded ? ["previous", "current"] : ["current"];
  }
  return waiting && hasEnded ? ["previous"] : [];
}
