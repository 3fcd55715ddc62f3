import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";

/** Tells one process from all others, before and after it, here and elsewhere. */
export const runningProcess = z.object({
  /** Of the running kernel: another one after each start, and on each machine. */
  boot: z.string(),
  /** Processes of two containers have the same numbers. */
  pidNamespace: z.string(),
  pid: z.int(),
  /** Clock ticks since the kernel's start: numbers are used again. */
  startedAt: z.string(),
});
export type RunningProcess = z.output<typeof runningProcess>;

/**
 * Identifies a process of this machine among all others.
 *
 * @returns undefined when there is none of this number, and where that cannot be known: it takes Linux and /proc
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
 * Whether a process has certainly ended. Of one that ran under another kernel or in another container nothing is known,
 * nor of any after a restart: a cloned machine looks the same.
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
    // A zombie has ended, and its parent has not asked how.
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

/** The second field is the program's name in parentheses, which may hold anything; the third is the state, the 22nd the start. */
function statOf(pid: number): { readonly state: string; readonly startedAt: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startedAt] = [fields[0], fields[22 - 3]];
  if (state === undefined || startedAt === undefined) {
    throw new Error(`/proc/${pid}/stat has another form`);
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
