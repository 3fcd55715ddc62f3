import { describeError, UserError } from "../../core/errors";
import type { ProgressLines } from "../terminal/progress";
import { type Blocker, blockersOf, describeBlocker, release, releaseCommand } from "./blockers";
import type { SharedNamespace } from "./shared-namespace";

/** Longer than load balancers and volumes need; objects that take longer are reported. */
const PATIENCE_MS = 20_000;
/** Time for a controller to remove a finalizer, from the first look at the waiting object. */
const GRACE_MS = 120_000;

/** An object that no controller removes blocks the deletion of a namespace. */
export class BlockedError extends UserError {
  public override readonly name = "BlockedError";
}

/**
 * Runs work that deletes an environment's namespace, and prints what the deletion waits for. Removes finalizers of a tree or its
 * pods after their grace time, so that they cannot block a teardown.
 *
 * @returns the objects whose finalizers were removed
 * @throws {BlockedError} with the blocking objects, when the work has failed and the namespace still exists
 */
export async function withBlockersReported(
  sharedNamespace: SharedNamespace | undefined,
  progress: Pick<ProgressLines, "note">,
  work: () => Promise<void>,
): Promise<readonly Blocker[]> {
  const firstSeen = new Map<string, number>();
  const released: Blocker[] = [];
  const look = async () => {
    for (const blocker of await blockersSeen(sharedNamespace)) {
      const text = describeBlocker(blocker);
      const since = firstSeen.get(text);
      if (since === undefined) {
        firstSeen.set(text, Date.now());
        progress.note(`  … the namespace waits for ${text}`);
      } else if (Date.now() - since >= GRACE_MS && sharedNamespace?.objects !== undefined) {
        const gone = await release(sharedNamespace.objects, blocker);
        if (gone !== undefined) {
          released.push(gone);
          firstSeen.delete(text);
          progress.note(
            `  … removed finalizers that no controller removed in time: ${describeBlocker(gone)}`,
          );
        }
      }
    }
  };
  const tell = () => look().catch((error: unknown) => progress.note(`  … ${describeError(error)}`));
  const timer = setInterval(() => void tell(), PATIENCE_MS);
  try {
    await work();
    return released;
  } catch (error) {
    const blockers = await blockersSeen(sharedNamespace);
    const [first] = blockers;
    if (sharedNamespace === undefined || first === undefined) {
      throw error;
    }
    throw new BlockedError(
      `namespace "${sharedNamespace.namespace}" of cluster ${sharedNamespace.clusterId} cannot be deleted because of ` +
        `${blockers.map(describeBlocker).join(", ")}: ${describeError(error)}`,
      `find out why the controller does not remove the finalizer; to remove it yourself: ${releaseCommand(sharedNamespace.namespace, first)}`,
      { cause: error },
    );
  } finally {
    clearInterval(timer);
  }
}

async function blockersSeen(
  sharedNamespace: SharedNamespace | undefined,
): Promise<readonly Blocker[]> {
  try {
    return sharedNamespace?.objects === undefined
      ? []
      : await blockersOf(sharedNamespace.objects, sharedNamespace.namespace);
  } catch {
    // The cluster may be unreachable just now; pulumi's result counts.
    return [];
  }
}
