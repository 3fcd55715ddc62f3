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
/** Longer than kubectl needs to write a kubeconfig. */
const LOCK_TIMEOUT_SECONDS = 5;

/** Returns kubectl's first file: the first in KUBECONFIG, or else `~/.kube/config`. */
export function kubeconfigPath(env: NodeJS.ProcessEnv): string {
  const [first] = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  return first ?? join(env.HOME || homedir(), ".kube", "config");
}

/**
 * Merges a kubeconfig into a file: replaces entries of the same names, keeps all others, and makes its context the current one.
 * Only the owner can read a new file; an existing file keeps its mode.
 *
 * @param lockTimeoutSeconds - time to wait for another program that writes the file. @default - 5
 * @throws {UserError} when the file is not a kubeconfig, cannot be written, or stays locked
 */
export async function mergeKubeconfig(
  path: string,
  kubeconfig: Kubeconfig,
  lockTimeoutSeconds: number = LOCK_TIMEOUT_SECONDS,
): Promise<void> {
  await change(path, lockTimeoutSeconds, (file) => withKubeconfig(file, kubeconfig));
}

/**
 * Removes a context of {@link mergeKubeconfig}, with entries that only it uses.
 *
 * @returns whether the context existed
 * @throws {UserError} as {@link mergeKubeconfig}
 */
export async function removeFromKubeconfig(path: string, context: string): Promise<boolean> {
  return (
    existsSync(path) && change(path, LOCK_TIMEOUT_SECONDS, (file) => withoutContext(file, context))
  );
}

/** Writes the result of a change, if it has one. @returns whether it had one */
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
        // Writes to the target of a link. Only the owner can read a new file; an existing file keeps its mode.
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
