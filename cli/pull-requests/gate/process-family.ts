import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A variable in the environment of a test's process, which all its descendants inherit. */
export const FAMILY_VARIABLE = "DOKS_ENV_TEST";

/** Time for processes to clean up after SIGTERM. */
const GRACE_MS = 3_000;
const POLL_MS = 50;

/** All processes of one test. */
export interface Family {
  readonly members: () => number;
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
}

/** Ends all processes of a test, and waits until they are gone. */
export async function endFamily(family: Family): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (family.members() === 0) {
      return;
    }
    const deadline = Date.now() + GRACE_MS;
    await family.signal(signal);
    while (family.members() > 0 && Date.now() < deadline) {
      await sleep(POLL_MS);
    }
  }
}

/**
 * The processes of a process group and, on Linux, all processes with the family's mark in their environment, because browsers
 * run in process groups of their own.
 *
 * @param leader - leader of the process group, which may have ended
 * @param mark - value of {@link FAMILY_VARIABLE}
 */
export function familyOfGroup(leader: number, mark: string): Family {
  return {
    members: () => familyOf(leader, mark).length,
    signal: async (signal) => {
      for (const target of familyOf(leader, mark)) {
        sendTo(target, signal);
      }
    },
  };
}

/** Returns the targets of signals: each process or, without /proc, the group while it has processes. */
function familyOf(leader: number, mark: string): number[] {
  if (process.platform !== "linux") {
    return isAlive(-leader) ? [-leader] : [];
  }
  const sought = `${FAMILY_VARIABLE}=${mark}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isInGroup(pid, leader) || fileOf(pid, "environ").split("\0").includes(sought))
    .map(Number);
}

/** Whether a process is in a process group, and not a zombie. @see proc_pid_stat(5) */
function isInGroup(pid: string, leader: number): boolean {
  const [state, , group] = fileOf(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  return state !== "Z" && Number(group) === leader;
}

/** Returns an empty text for a process that has just ended, or that belongs to another user. */
function fileOf(pid: string, name: "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

function sendTo(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // The process has just ended.
  }
}

function isAlive(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch {
    return false;
  }
}
