import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../../core/errors";
import type { Kubeconfig } from "./kubeconfig";
import { type KubeconfigFile, withKubeconfig, withoutContext } from "./kubeconfig-document";

const LOCK_POLL_MS = 50;
/** Longer than kubectl takes to write a kubeconfig. */
const LOCK_TIMEOUT_SECONDS = 5;

/** Where kubectl looks first: the first file that KUBECONFIG names, or else `~/.kube/config`. */
export function kubeconfigPath(env: NodeJS.ProcessEnv): string {
  const [first] = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return first ?? join(env.HOME || homedir(), ".kube", "config");
}

/**
 * Merges a kubeconfig into a file: entries of the same names are replaced, all others are left as they are, and its
 * context becomes the current one. A file that is made is for its owner's eyes only; one that is there keeps its mode.
 *
 * @param lockTimeoutSeconds - how long another program may be writing the file. @default - 5
 * @throws {UserError} when the file is not a kubeconfig, cannot be written, or is being written by another for too long
 */
export async function mergeKubeconfig(
  path: string,
  kubeconfig: Kubeconfig,
  lockTimeoutSeconds: number = LOCK_TIMEOUT_SECONDS,
): Promise<void> {
  await change(path, lockTimeoutSeconds, (file) => withKubeconfig(file, kubeconfig));
}

/**
 * Removes a context that {@link mergeKubeconfig} has put in, and what only that uses.
 *
 * @returns whether there was one
 * @throws {UserError} as {@link mergeKubeconfig}
 */
export async function removeFromKubeconfig(path: string, context: string): Promise<boolean> {
  return (
    existsSync(path) && change(path, LOCK_TIMEOUT_SECONDS, (file) => withoutContext(file, context))
  );
}

/** Writes what a change gives, if it gives anything. @returns whether it did */
async function change(
  path: string,
  lockTimeoutSeconds: number,
  changed: (file: KubeconfigFile) => string | undefined,
): Promise<boolean> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return await whileLocked(path, lockTimeoutSeconds, () => {
      const text = changed({ path, text: existsSync(path) ? readFileSync(path, "utf8") : "" });
      if (text !== undefined) {
        // Where a link leads, when it is one. A new file is its owner's alone; another keeps its mode.
        const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600;
        writeFileAtomic.sync(path, text, { mode });
      }
      return text !== undefined;
    });
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall !== undefined) {
      throw new UserError(
        `the kubeconfig ${path} cannot be changed: ${message}`,
        "make it writable for yourself, or name another file: export KUBECONFIG=<file>",
        { cause: error },
      );
    }
    throw error;
  }
}

/**
 * Holds the lock that kubectl takes when it writes a kubeconfig.
 *
 * @see https://github.com/kubernetes/client-go/blob/v0.35.4/tools/clientcmd/loader.go (lockFile)
 */
async function whileLocked<T>(path: string, timeoutSeconds: number, work: () => T): Promise<T> {
  const lock = `${path}.lock`;
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!taken(lock)) {
    if (Date.now() > deadline) {
      throw new UserError(
        `another program is writing ${path}: ${lock} has been there for ${timeoutSeconds} s`,
        `rm ${lock}   # if none is`,
      );
    }
    await sleep(LOCK_POLL_MS);
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}
