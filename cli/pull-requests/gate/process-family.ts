import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Carried by a test's process and, inherited, by all that it starts. */
export const FAMILY_VARIABLE = "DOKS_ENV_TEST";

/** How long processes may take to clean up after they were told to end. */
const GRACE_MS = 3_000;
const POLL_MS = 50;

/** All processes that one test has started. */
export interface Family {
  readonly members: () => number;
  readonly signal: (signal: NodeJS.Signals) => Promise<void>;
}

/** Ends a test's processes, all of them, and waits until they are gone. */
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
 * The processes of a group, and of those that it has started. A group is not enough: browsers are started in groups of their
 * own, so that on Linux whatever carries the family's mark belongs to it, too.
 *
 * @param leader - of the process group; it may have ended
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

/** The targets of signals: each process or, without /proc, the group as long as it has any. */
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

/** One that has ended and is not waited for is nobody any more. @see proc_pid_stat(5) */
function isInGroup(pid: string, leader: number): boolean {
  const [state, , group] = fileOf(pid, "stat").split(") ").at(-1)?.split(" ") ?? [];
  return state !== "Z" && Number(group) === leader;
}

/** Nothing of one that has just ended, or of another user's. */
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
    // It has ended by itself meanwhile.
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
