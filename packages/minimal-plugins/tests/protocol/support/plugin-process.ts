import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const PLUGINS = join(__dirname, "../../..");

/** The name of a plugin's executable, by the folder of its source. */
export const EXECUTABLES = {
  "language-nodejs": "pulumi-language-nodejs",
  digitalocean: "pulumi-resource-digitalocean",
  command: "pulumi-resource-command",
} as const;

export type PluginFolder = keyof typeof EXECUTABLES;

/** Bundles a plugin as it is shipped: one CommonJS executable. @returns its path */
export async function bundlePlugin(folder: PluginFolder, directory: string): Promise<string> {
  const outfile = join(directory, EXECUTABLES[folder]);
  await build({
    entryPoints: [join(PLUGINS, folder, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  chmodSync(outfile, 0o755);
  return outfile;
}

export interface RunningPlugin {
  readonly process: ChildProcessWithoutNullStreams;
  readonly port: number;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts a bundled plugin as the engine does. Rejects when it ends before it has named its port. */
export async function startPlugin(
  executable: string,
  engineAddress: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningPlugin> {
  const plugin = spawn(executable, [engineAddress], { stdio: "pipe", env });
  const ended = new Promise<number | string | null>((resolve) => {
    plugin.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const port = await new Promise<number>((resolve, reject) => {
    let printed = "";
    plugin.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes("\n")) {
        resolve(Number.parseInt(printed, 10));
      }
    });
    plugin.stderr.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    void ended.then((end) => reject(new Error(`the plugin ended with ${end}: ${printed}`)));
  });
  return { process: plugin, port, ended };
}
