import { describeError, UserError } from "../../core/errors";
import type { ProgressLines } from "../terminal/progress";
import { type Blocker, blockersOf, describeBlocker, release, releaseCommand } from "./blockers";
import type { SharedNamespace } from "./shared-namespace";

/** Load balancers and volumes go in less; what takes longer should be told. */
const PATIENCE_MS = 20_000;
/** The time that a controller has for a finalizer, from when the object was first seen to wait for it. */
const GRACE_MS = 120_000;

/** A namespace is kept from going by something that nobody removes. */
export class BlockedError extends UserError {
  public override readonly name = "BlockedError";
}

/**
 * Does what takes an environment's namespace away, and says meanwhile what that waits for. Finalizers that a tree or its pods
 * have set are removed when their grace is over, so that nobody's can hold a teardown.
 *
 * @returns the objects that were let go so, each with what was removed of it
 * @throws {BlockedError} that names it, when the work has failed and something keeps the namespace
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
    // It may be just now that the cluster cannot be asked; what pulumi says counts.
    return [];
  }
}
