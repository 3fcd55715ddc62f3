import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { runChild } from "./child";

const POLL_MILLISECONDS = 100;

/**
 * Ends all processes that name a folder in their words or in their environment, wherever they were started: what a test
 * starts has its temporary folder there, also in a process group of its own and after its parent has ended.
 *
 * @param graceMilliseconds - how long they may take to tidy up after their SIGTERM
 * @returns how many there were
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
    // A process that ends may have started another one meanwhile.
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
      // It has ended by itself in this instant.
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
  /** Its words and its environment. */
  readonly text: string;
}

/** Those of other users have no environment here. @see https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html */
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
