import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { runChild } from "./child";

const POLL_MILLISECONDS = 100;

/**
 * Ends all processes with a folder in their arguments or environment, wherever they were started. A test's processes
 * have its temporary folder there, even in another process group or after their parent has ended.
 *
 * @param graceMilliseconds - time for cleaning up after SIGTERM
 * @returns the number of these processes
 */
export async function endMarkedProcesses(
  folder: string,
  graceMilliseconds: number,
): Promise<number> {
  const found = await markedProcesses(folder);
  signalAll(found, "SIGTERM");
  const deadline = Date.now() + graceMilliseconds;
  let left = found;
  while (left.length > 0) {
    // A process may have started another one before it ended.
    left = await markedProcesses(folder);
    if (Date.now() > deadline) {
      signalAll(left, "SIGKILL");
    }
    await wait(left.length > 0 ? POLL_MILLISECONDS : 0);
  }
  return found.length;
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended by itself.
    }
  }
}

async function markedProcesses(folder: string): Promise<readonly number[]> {
  const all = process.platform === "linux" ? await fromProc() : await fromPs();
  return all
    .filter(({ pid, text }) => pid !== process.pid && text.includes(folder))
    .map(({ pid }) => pid);
}

interface RunningProcess {
  readonly pid: number;
  /** Its arguments and its environment. */
  readonly text: string;
}

/** Processes of other users have no readable environment. @see https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html */
async function fromProc(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      const parts = ["cmdline", "environ"].map((file) =>
        readFile(`/proc/${pid}/${file}`, "utf8").catch(() => ""),
      );
      return { pid: Number(pid), text: (await Promise.all(parts)).join("\0") };
    }),
  );
}

/** macOS. */
async function fromPs(): Promise<readonly RunningProcess[]> {
  const listed = await runChild("ps", ["-axwwE", "-o", "pid=,command="], { env: process.env });
  return listed.output.split("\n").map((text) => ({ pid: Number.parseInt(text, 10), text }));
}
