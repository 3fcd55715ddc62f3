import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line of stdout and stderr. */
  readonly onLine?: (line: string) => void;
  /** Timeout after which the child is ended. @default - no limit */
  readonly timeoutSeconds?: number;
}

export interface ChildResult {
  /** Exit code; `null` for a child that a signal ended, not 128 + the signal's number. */
  readonly code: number | null;
  /** All lines of stdout and stderr. */
  readonly output: string;
}

/**
 * Runs a program to its end and collects its output.
 *
 * @throws when the program cannot be started (`ENOENT`).
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: (options.timeoutSeconds ?? 0) * 1000,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      options.onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: lines.join("\n") }));
  });
}
