import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../core/errors";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { kubeconfigOf } from "./cluster-access";
import { excerpt } from "./excerpt";
import { kubeconfigText } from "./kubeconfig";

const run = promisify(execFile);

interface ExecUser {
  readonly exec: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value: string }[];
  };
}

/**
 * Writes a kubeconfig for one command of the team to a folder of its own, for the namespace's role `developer`, with a token for
 * an hour. Without that token, the command would need the account's token, although it talks to a pull request's images.
 *
 * @returns the token, which must not appear in output
 */
export async function writeTokenKubeconfig(
  context: Context,
  record: StackRecord,
  file: string,
): Promise<string> {
  const { kubeconfig } = await kubeconfigOf(context, record, "developer");
  const [user] = kubeconfig.users;
  const token = await tokenBy(user?.user as ExecUser, {
    ...context.env,
    // A cached token could expire during the command.
    XDG_CACHE_HOME: dirname(file),
  });
  const users = kubeconfig.users.map(({ name }) => ({ name, user: { token } }));
  writeFileSync(file, kubeconfigText({ ...kubeconfig, users }), { mode: 0o600 });
  return token;
}

async function tokenBy({ exec }: ExecUser, env: NodeJS.ProcessEnv): Promise<string> {
  const more = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  try {
    const { stdout } = await run(exec.command, exec.args, { env: { ...env, ...more } });
    return (JSON.parse(stdout) as { status: { token: string } }).status.token;
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    throw new UserError(
      `there is no credential for the command: ${excerpt(stderr || message)}`,
      "doks-env doctor   # shows what is missing",
      { cause },
    );
  }
}
