import { spawn } from "node:child_process";

export interface Finished {
  readonly exitCode: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with all output so far; when it returns true, the process and its children are ended at once. */
  readonly killWhen?: (output: string) => boolean;
  /** When it is fulfilled, the process and its children are ended at once. */
  readonly killAfter?: Promise<unknown>;
}

/** Runs a command to its end. It has a process group of its own, so that its children can be ended with it. */
export function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let output = "";
    let stdout = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (child.pid !== undefined && options.killWhen?.(output)) {
        endGroup(child.pid);
      }
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      collect(chunk);
    });
    child.stderr.on("data", collect);
    options.killAfter?.then(() => {
      if (child.pid !== undefined) {
        endGroup(child.pid);
      }
    }, reject);
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, output, stdout }));
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
