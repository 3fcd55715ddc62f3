import { join } from "node:path";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { execCredential } from "./exec-credential.command";

/** The exports of `bin/exec-credential.js`. */
interface ExecPlugin {
  readonly main: (argv: readonly string[], env: NodeJS.ProcessEnv) => Promise<void>;
}

/** Runs the script that kubeconfigs name. */
export async function run(
  { home, env }: Context,
  [clusterId]: ArgumentsOf<typeof execCredential>,
  { namespace, serviceAccount }: OptionsOf<typeof execCredential>,
): Promise<Result> {
  // Loaded by its path, so that it is not bundled a second time.
  const plugin = require(join(home, "bin", "exec-credential.js")) as ExecPlugin;
  await plugin.main(
    [
      clusterId,
      ...(namespace === undefined ? [] : ["--namespace", namespace]),
      ...(serviceAccount === undefined ? [] : ["--service-account", serviceAccount]),
    ],
    env,
  );
  return { text: () => "" };
}
