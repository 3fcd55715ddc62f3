import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "./context";
import { CONTROL_PLANE_PINS } from "./pins";
import { emulatorState, pulumiHome } from "./places";
import { type Plugin, resolvePlugins } from "./plugins";
import { ensureTools, type Tool } from "./tools";

/** A variable's value: a text; the content of a file, for secrets; or `undefined`, which unsets it. */
export type Value = string | { readonly contentOf: string } | undefined;

export type Variables = Readonly<Record<string, Value>>;

/** The variables for finding the binaries and plugins. Downloads or builds missing ones. */
export async function toolVariables(context: Context): Promise<Variables> {
  const tools = await ensureTools(context);
  const pulumi = tools.find((tool) => tool.pin.name === "pulumi");
  if (pulumi === undefined) {
    throw new Error("pulumi is missing from packages/toolchain/pins.ts");
  }
  const plugins = await resolvePlugins(pulumi, context);
  return {
    PATH: searchPath(tools, plugins, context),
    // Pulumi takes plugins from PATH, and downloads none where that is known to fail.
    PULUMI_IGNORE_AMBIENT_PLUGINS: undefined,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: plugins.some(({ kind }) => kind === "minimal")
      ? "true"
      : undefined,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** The variables for finding the emulator's binaries. Downloads or builds missing ones. */
export async function controlPlaneVariables(context: Context): Promise<Variables> {
  return { PATH: searchPath(await ensureTools(context, CONTROL_PLANE_PINS), [], context) };
}

/** The variables for Pulumi and kubectl to use the emulator's account and the local backend. */
export async function workVariables(
  endpoint: string,
  { places, env }: Context,
): Promise<Variables> {
  const home = pulumiHome(places.checkout);
  await mkdir(home, { recursive: true, mode: 0o700 });
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: pathToFileURL(home).href,
    // Fixed, because a stack's own file outlives `make clean`, and another passphrase could not decrypt it. It only
    // protects credentials of the emulator's account.
    PULUMI_CONFIG_PASSPHRASE: "emulator",
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
    DIGITALOCEAN_API_URL: endpoint,
    // Its resolver has the same address, for UDP.
    DOKS_ENV_DNS_SERVERS: new URL(endpoint).host,
    DIGITALOCEAN_TOKEN: { contentOf: path.join(emulatorState(places.checkout), "token") },
    DIGITALOCEAN_ACCESS_TOKEN: undefined, // A real account's token must not go to the emulator.
    // The program writes it once the stack is up.
    KUBECONFIG: path.join(
      places.checkout,
      ".rendered",
      env.STACK || "alice-dev",
      "kubeconfig.yaml",
    ),
  };
}

/** An environment with the variables applied, for a child process. */
export async function applyVariables(
  env: NodeJS.ProcessEnv,
  variables: Variables,
): Promise<NodeJS.ProcessEnv> {
  const applied = { ...env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) {
      delete applied[name];
    } else {
      applied[name] =
        typeof value === "string" ? value : (await readFile(value.contentOf, "utf8")).trim();
    }
  }
  return applied;
}

/** Our folders come first: any other version was found unsuitable, or is on the user's PATH anyway. */
function searchPath(
  tools: readonly Tool[],
  plugins: readonly Plugin[],
  { places, env }: Context,
): string {
  const ours = [
    // doks-env
    path.join(places.checkout, "bin"),
    ...plugins.filter(({ origin }) => origin !== "PATH").map(({ folder }) => folder),
    ...tools.filter(({ origin }) => origin !== "PATH").map(({ file }) => path.dirname(file)),
  ];
  return [...new Set(ours), env.PATH ?? ""].join(path.delimiter);
}
