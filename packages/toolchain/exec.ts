import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "./errors";

/**
 * Runs a command in the foreground, on this terminal.
 *
 * @returns its exit code; 128 + the signal's number if a signal ended it, as shells have it
 */
export async function runForeground(
  [command, ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (command === undefined) {
    throw new UserError("exec was given no command", "write `exec -- <command> <arguments>`");
  }
  const child = spawn(command, args, { env, stdio: "inherit" });
  // Ctrl-C reaches the child as well, being in the same process group; this process waits for how it ends.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(
        new UserError(`${command} could not be started: ${cause.message}`, "see `make doctor`", {
          cause,
        }),
      ),
    );
    child.once("close", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
