import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";

export interface Finished {
  readonly exitCode: number | null;
  /** Standard output and standard error in their order. */
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface RunOptions extends Surroundings {
  /** Called with all output so far; when it returns true, the process and its children are ended at once. */
  readonly killWhen?: (output: string) => boolean;
  /** When it is fulfilled, the process and its children are ended at once. */
  readonly killAfter?: Promise<unknown>;
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: readonly string[],
  { killWhen, killAfter, ...surroundings }: RunOptions,
): Promise<Finished> {
  const running = new Running(command, args, surroundings);
  if (killWhen) {
    running.onOutput((output) => killWhen(output) && running.signal("SIGKILL"));
  }
  await Promise.all([running.finished, killAfter?.then(() => running.signal("SIGKILL"))]);
  return running.finished;
}

/** A command that runs. It has a process group of its own, so that its children can be ended with it. */
export class Running {
  /** Never fails, whatever the exit code; rejected only when the command cannot be run. */
  public readonly finished: Promise<Finished>;
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly listeners: ((output: string) => void)[] = [];
  private output = "";

  public constructor(command: string, args: readonly string[], { cwd, env }: Surroundings) {
    this.child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    this.child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      this.collect(chunk);
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      this.collect(chunk);
    });
    this.finished = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (exitCode) =>
        resolve({ exitCode, output: this.output, stdout, stderr }),
      );
    });
  }

  /** Calls back with all output so far, whenever there is more. */
  public onOutput(listener: (output: string) => void): void {
    this.listeners.push(listener);
  }

  /** Waits until its output matches. @throws an Error with its output when it ends first */
  public says(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (output: string) => pattern.test(output) && resolve();
      look(this.output);
      this.onOutput(look);
      this.finished.then(
        ({ output }) => reject(new Error(`it has not said ${String(pattern)}:\n${output}`)),
        reject,
      );
    });
  }

  /** Id of the process and its group. @throws an Error when it could not be started */
  public get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) {
      throw new Error("it was not started");
    }
    return pid;
  }

  /** To all its processes; SIGINT is what a terminal sends at Ctrl-C. */
  public signal(signal: NodeJS.Signals): void {
    signalGroup(this.pid, signal);
  }

  private collect(chunk: Buffer): void {
    this.output += chunk.toString();
    for (const listener of this.listeners) {
      listener(this.output);
    }
  }
}

/**
 * Sends a signal to all processes of a group, if there still are any.
 *
 * @throws an Error for 0 and 1, by which the system means the caller's own group, and all processes
 */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  if (!(leader > 1)) {
    throw new Error(`there is no process group ${leader}`);
  }
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
