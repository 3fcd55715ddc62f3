import { spawn } from "node:child_process";
import { UserError } from "../../lib/errors";

/** Runs pulumi in the foreground: its progress is for the person who waits. @returns whether it went well */
export async function pulumi(...args: string[]): Promise<boolean> {
  return (await run(args, ["inherit", "inherit", "inherit"])).exitCode === 0;
}

/**
 * Runs pulumi and gives what it prints.
 *
 * @throws {UserError} with what it said when it fails
 */
export async function pulumiOutput(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(args, ["ignore", "pipe", "pipe"]);
  if (exitCode !== 0) {
    throw new UserError(
      `pulumi ${args.join(" ")} failed: ${stderr.trim()}`,
      "mend what it says and try again",
    );
  }
  return stdout;
}

interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], stdio: ("inherit" | "ignore" | "pipe")[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { stdio });
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", (error) =>
      reject(
        new UserError(
          `pulumi cannot be run: ${error.message}`,
          "make doctor   # says what is missing",
        ),
      ),
    );
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
