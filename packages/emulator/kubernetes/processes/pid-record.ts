import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { delay } from "./delay";

/** Time for a process of a crashed emulator to exit by itself, in milliseconds. */
const GRACE_MS = 3_000;

/** A started process, and its exact command, which distinguishes it from another with the same id. */
interface PidRecord {
  readonly pid: number;
  readonly command: readonly string[];
}

/** Records a running child, so that the next emulator can end it if this one crashes. */
export function writePidRecord(path: string, record: PidRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(record), { mode: 0o600 });
}

/** Removes the record of a child that has ended. */
export function removePidRecord(path: string): void {
  rmSync(path, { force: true });
}

/** Ends the recorded processes that still run: the children of a crashed emulator. */
export async function endRecordedProcesses(
  directory: string,
  log: (line: string) => void,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const files = await readdir(directory);
  await Promise.all(
    files.map(async (file) => {
      const path = join(directory, file);
      const record = JSON.parse(await readFile(path, "utf8")) as PidRecord;
      if (await isRunning(record)) {
        log(`ending ${record.command[0]} (process ${record.pid}) of a run that crashed`);
        await end(record);
      }
      await rm(path, { force: true });
    }),
  );
}

async function end(record: PidRecord): Promise<void> {
  signal(record.pid, "SIGTERM");
  for (const deadline = Date.now() + GRACE_MS; Date.now() < deadline; await delay(50)) {
    if (!(await isRunning(record))) {
      return;
    }
  }
  signal(record.pid, "SIGKILL");
  while (await isRunning(record)) {
    await delay(20);
  }
}

/** Whether the process id still belongs to the recorded command: the system reuses ids. */
async function isRunning(record: PidRecord): Promise<boolean> {
  return (await commandOf(record.pid)) === record.command.join(" ");
}

async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    // Not with `ps`, which slim container images lack. A zombie's command line is empty.
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return line.split("\0").slice(0, -1).join(" ");
  }
  const ps = promisify(execFile)("ps", ["-ww", "-o", "command=", "-p", String(pid)]);
  return ps.then(({ stdout }) => stdout.trim()).catch(() => undefined);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
