import { describeError, UserError } from "../../core/errors";
import type { ProgressLines } from "../terminal/progress";
import { type Blocker, blockersOf, describeBlocker, releaseCommand } from "./blockers";
import type { SharedNamespace } from "./shared-namespace";

/** Load balancers and volumes go in less; what takes longer should be told. */
const PATIENCE_MS = 20_000;

/** A namespace is kept from going by something that nobody removes. */
export class BlockedError extends UserError {
  public override readonly name = "BlockedError";
}

/**
 * Does what takes an environment's namespace away, and says meanwhile what that waits for.
 *
 * @throws {BlockedError} that names it, when the work has failed and something keeps the namespace
 */
export async function withBlockersReported<T>(
  sharedNamespace: SharedNamespace | undefined,
  progress: Pick<ProgressLines, "note">,
  work: () => Promise<T>,
): Promise<T> {
  const reported = new Set<string>();
  const tell = async () => {
    for (const text of (await blockersSeen(sharedNamespace)).map(describeBlocker)) {
      if (!reported.has(text)) {
        reported.add(text);
        progress.note(`  … the namespace waits for ${text}`);
      }
    }
  };
  const timer = setInterval(() => void tell(), PATIENCE_MS);
  try {
    return await work();
  } catch (error) {
    const blockers = await blockersSeen(sharedNamespace);
    const [first] = blockers;
    if (sharedNamespace === undefined || first === undefined) {
      throw error;
    }
    throw new BlockedError(
      `namespace "${sharedNamespace.namespace}" of cluster ${sharedNamespace.clusterId} does not go, because of ` +
        `${blockers.map(describeBlocker).join(", ")}: ${describeError(error)}`,
      `see why its controller does not remove the finalizer; without that: ${releaseCommand(sharedNamespace.namespace, first)}`,
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
