import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** A command that was run to its end. */
export interface Taken {
  readonly seconds: number;
  /** Of the processors, by the command and all processes that it has waited for. */
  readonly processorSeconds: number;
  /** The most memory of the command's own process. @default 0 - it is not Node's */
  readonly mebibytes: number;
  /** Processes that were seen, the command's own included; those that end within some milliseconds are missed. */
  readonly processes: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A Node process tells at its end how much memory it has used at most, in KiB. */
const PROBE = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs";' +
    'process.on("exit", () => writeSync(5, String(process.resourceUsage().maxRSS)));',
)}`;
/** The shell tells what a command and its descendants have used, which Node cannot. */
const TIMED = 'TIMEFORMAT="%U %S"; exec 4>&2; { time "$@" 2>&4 3>&- 4>&-; } 2>&3';
const LOOK_MS = 20;

/**
 * Runs a command and measures all of it.
 *
 * @param command - `node` for this Node
 * @throws {Error} with its output, when it fails
 */
export async function measure(
  command: string,
  args: readonly string[],
  { env = process.env, cwd = "." }: RunOptions = {},
): Promise<Taken> {
  const isNode = command === "node";
  const words = isNode ? [process.execPath, "--import", PROBE, ...args] : [command, ...args];
  const started = performance.now();
  const child = spawn("bash", ["-c", TIMED, "bench", ...words], {
    env,
    cwd,
    stdio: ["ignore", "pipe", "pipe", "pipe", "ignore", "pipe"],
  });
  const seen = new Set<number>();
  const timer = setInterval(() => see(child.pid, seen), LOOK_MS);
  const ended = new Promise((done, fail) => child.on("error", fail).on("close", done));
  const streams = [1, 2, 3, 5].map((number) => text(child.stdio[number] as Readable));
  try {
    const [[stdout = "", stderr = "", times = "", memory = ""], exitCode] = await Promise.all([
      Promise.all(streams),
      ended,
    ]);
    if (exitCode !== 0) {
      throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
    }
    const [user = 0, system = 0] = times.trim().split(" ").map(Number);
    return {
      seconds: (performance.now() - started) / 1000,
      processorSeconds: user + system,
      mebibytes: Number(memory) / 1024,
      processes: seen.size,
      stdout,
      stderr,
    };
  } finally {
    clearInterval(timer);
  }
}

/** Runs a command of this project, in its folder. */
export function doksEnv(...args: string[]): Promise<Taken> {
  return measure("node", ["bin/doks-env", ...args]);
}

/** The options that set these: `key=value` each. */
export function settings(...all: readonly string[]): string[] {
  return all.flatMap((setting) => ["--set", setting]);
}

/** The descendants of a process that there are now. @see https://man7.org/linux/man-pages/man5/proc_pid_tid_children.5.html */
function see(pid: number | undefined, seen: Set<number>): void {
  for (const child of pid === undefined ? [] : childrenOf(pid)) {
    seen.add(child);
    see(child, seen);
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter((child) => child !== "")
        .map(Number),
    );
  } catch {
    return []; // It has ended.
  }
}

/** The run that took the median of the time. */
export async function median(rounds: number, act: () => Promise<Taken>): Promise<Taken> {
  const all: Taken[] = [];
  for (let round = 0; round < rounds; round++) {
    all.push(await act());
  }
  all.sort((one, other) => one.seconds - other.seconds);
  const middle = all[Math.floor(rounds / 2)];
  if (middle === undefined) {
    throw new RangeError("nothing was measured");
  }
  return middle;
}

export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

/** How many times one is the other. */
export function ratio(one: number, other: number): string {
  return (one / other).toFixed(2);
}
