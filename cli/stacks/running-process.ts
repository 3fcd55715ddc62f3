import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";

/** Identifies a process uniquely, across time and machines. */
export const runningProcess = z.object({
  /** Boot id of the kernel, unique for each machine and start. */
  boot: z.string(),
  /** Two containers may use the same process ids. */
  pidNamespace: z.string(),
  pid: z.int(),
  /** Clock ticks since the kernel's start, because process ids are reused. */
  startedAt: z.string(),
});
export type RunningProcess = z.output<typeof runningProcess>;

/**
 * Returns the identity of a process of this machine.
 *
 * @returns undefined without such a process, and on systems other than Linux with /proc
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function identify(pid: number): RunningProcess | undefined {
  try {
    const startedAt = statOf(pid).startedAt;
    return { ...kernel(), pid, startedAt };
  } catch {
    return undefined;
  }
}

/**
 * Whether a process has certainly ended. False for a process of another kernel start or container: a cloned machine looks
 * the same as this one after a restart.
 */
export function hasEnded(known: RunningProcess): boolean {
  try {
    const { boot, pidNamespace } = kernel();
    if (boot !== known.boot || pidNamespace !== known.pidNamespace) {
      return false;
    }
  } catch {
    return false;
  }
  try {
    const { state, startedAt } = statOf(known.pid);
    // A zombie has ended, but its parent has not yet read its exit code.
    return startedAt !== known.startedAt || state === "Z" || state === "X";
  } catch {
    return !exists(known.pid);
  }
}

function kernel(): Pick<RunningProcess, "boot" | "pidNamespace"> {
  return {
    boot: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNamespace: readlinkSync("/proc/self/ns/pid"),
  };
}

/** Field 2 is the program's name in parentheses, with any characters; field 3 is the state, field 22 the start. */
function statOf(pid: number): { readonly state: string; readonly startedAt: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startedAt] = [fields[0], fields[22 - 3]];
  if (state === undefined || startedAt === undefined) {
    throw new Error(`/proc/${pid}/stat has an unknown format`);
  }
  return { state, startedAt };
}

/** /proc may hide the processes of other users. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
