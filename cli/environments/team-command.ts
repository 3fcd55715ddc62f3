import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../core/errors";
import { hiding } from "../../core/known-secrets";
import { REDACTED } from "../../core/redact";
import { writeTokenKubeconfig } from "../cluster/token-kubeconfig";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { harmless } from "../terminal/harmless-variables";

/**
 * Runs a command of the team in the project's folder for an environment. The command gets a kubeconfig, and no variable that
 * gives access to the account, the backend or the stack's secrets. Its output goes to stderr, without secrets.
 *
 * @param line - shell command
 * @throws {UserError} unless it succeeds
 */
export async function runTeamCommand(
  context: Context,
  record: StackRecord,
  line: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "doks-env-command-"));
  try {
    const kubeconfig = join(folder, "kubeconfig.yaml");
    const token = await writeTokenKubeconfig(context, record, kubeconfig);
    await runLine(context, line, { KUBECONFIG: kubeconfig }, hiding([token], REDACTED));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runLine(
  { project, env, signal, terminal }: Context,
  line: string,
  more: Readonly<Record<string, string>>,
  hide: (text: string) => string,
): Promise<void> {
  const child = spawn("sh", ["-c", line], {
    cwd: project.folder,
    env: { ...harmless(env), ...more },
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => terminal.err.write(hide(text)));
  }
  const [code, by] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (code !== 0) {
    throw new UserError(
      `the command ${code === null ? `was terminated by ${by}` : `failed with exit code ${code}`}: ${line}`,
      "fix it and run the same command again",
    );
  }
}
