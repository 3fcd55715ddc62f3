import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterObject } from "./cluster-objects";
import type { SharedNamespace } from "./shared-namespace";

/** Kinds whose deletion takes time, because processes, volumes or load balancers have to end first. */
const SLOW = ["pods", "persistentvolumeclaims", "services"];
const LOOK_MS = 200;

/**
 * Runs work that deletes an environment's namespace. As soon as the namespace is terminating, deletes those of its objects that
 * take time: the namespace controller starts 5 s later, and comes back only after 5 s more for each step that does not end at
 * once. Nothing can replace them, because the API server refuses new objects in a terminating namespace.
 */
export async function withSlowContentsDeleted<T>(
  sharedNamespace: SharedNamespace | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  // If it fails, the namespace controller deletes them a little later.
  const deleted = deleteWhenTerminating(sharedNamespace, ended.signal).catch(() => {});
  try {
    return await work();
  } finally {
    ended.abort();
    await deleted;
  }
}

async function deleteWhenTerminating(
  sharedNamespace: SharedNamespace | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (sharedNamespace?.objects === undefined) {
    return;
  }
  const { objects, namespace } = sharedNamespace;
  const path = `/api/v1/namespaces/${namespace}`;
  for (;;) {
    const found = await objects.find<ClusterObject>(path);
    if (found === undefined) {
      return;
    }
    if (found.metadata.deletionTimestamp !== undefined) {
      break;
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
  await Promise.all(SLOW.map((kind) => objects.remove(`${path}/${kind}`)));
}
