import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserError } from "./errors";

/**
 * Runs a command in the foreground, in this terminal.
 *
 * @returns its exit code; 128 + the signal's number after a signal, as in shells
 */
export async function runForeground(
  [command, ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (command === undefined) {
    throw new UserError("exec needs a command", "write `exec -- <command> <arguments>`");
  }
  const child = spawn(command, args, { env, stdio: "inherit" });
  // Ctrl-C also reaches the child, which is in the same process group; this process waits for its end.
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
