import { spawn } from "node:child_process";
import { once } from "node:events";
import { UserError } from "../../core/errors";
import type { Context } from "../terminal/context";

/**
 * Runs a command of the team in the project's folder. What it prints goes to stderr, without secrets.
 *
 * @param line - for a shell
 * @param more - variables beside those of this process
 * @throws {UserError} unless it succeeds
 */
export async function runTeamCommand(
  { project, env, signal, terminal }: Context,
  line: string,
  more: NodeJS.ProcessEnv,
): Promise<void> {
  const child = spawn("sh", ["-c", line], {
    ...{ cwd: project.folder, env: { ...env, ...more }, signal },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => terminal.err.write(text));
  }
  const [code, by] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new UserError(
      `the command ${code === null ? `was ended by ${by}` : `has failed with exit code ${code}`}: ${line}`,
      "fix it and run the same again",
    );
  }
}
