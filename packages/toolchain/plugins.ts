import { closeSync, openSync, readFileSync, readSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { runChild } from "./child";
import type { Context } from "./context";
import { downloadTool, isServed } from "./download";
import { pulumiHome } from "./places";
import { withProgress } from "./progress";
import { findOnPath, isExecutable } from "./search-path";
import type { Tool } from "./tools";

/** Timeout for Pulumi's download of one plugin of up to 100 MB. */
const INSTALL_TIMEOUT_SECONDS = 600;
/** The second line of every minimal plugin. packages/toolchain/bundle.js writes it. */
const MINIMAL_MARK = "// ephemeral-doks: minimal plugin";

/** A plugin of the program. */
export interface PluginPin {
  readonly kind: "language" | "resource";
  readonly name: string;
  /** Name of the executable that Pulumi looks up. */
  readonly file: string;
}

const plugin = (kind: PluginPin["kind"], name: string): PluginPin => ({
  kind,
  name,
  file: `pulumi-${kind}-${name}`,
});

const PLUGINS: readonly PluginPin[] = [
  plugin("language", "nodejs"),
  plugin("resource", "digitalocean"),
  plugin("resource", "kubernetes"),
  plugin("resource", "command"),
  plugin("resource", "random"),
];

/** The plugin to use. */
export interface Plugin {
  readonly pin: PluginPin;
  readonly kind: "official" | "minimal";
  /** Its place, for users; `PATH` if its folder is on the user's PATH already. */
  readonly origin: string;
  /** The folder for PATH. Pulumi prefers a plugin on PATH to any other. */
  readonly folder: string;
}

/** Chooses the official or the minimal version of each plugin. Downloads official ones where possible. */
export async function resolvePlugins(pulumi: Tool, context: Context): Promise<Plugin[]> {
  return Promise.all(
    PLUGINS.map(
      async (pin) =>
        findOfficial(pin, pulumi, context) ??
        (await getOfficial(pin, pulumi, context)) ??
        minimal(pin, context),
    ),
  );
}

/** The plugins without any downloads. */
export function findPlugins(pulumi: Tool | undefined, context: Context): Plugin[] {
  return PLUGINS.map((pin) => findOfficial(pin, pulumi, context) ?? minimal(pin, context));
}

/** The version of a resource plugin is that of its SDK. */
export function pluginVersion(pin: PluginPin, checkout: string): string {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(path.join(checkout, "package.json"), "utf8"),
  );
  const version = manifest.dependencies[`@pulumi/${pin.name}`];
  if (version === undefined) {
    throw new Error(`package.json pins no @pulumi/${pin.name}`);
  }
  return version;
}

function minimal(pin: PluginPin, { places }: Context): Plugin {
  const folder = path.join(places.checkout, "build", "plugin-path", pin.file);
  return { pin, kind: "minimal", origin: "this checkout", folder };
}

function findOfficial(
  pin: PluginPin,
  pulumi: Tool | undefined,
  context: Context,
): Plugin | undefined {
  const [onPath] = findOnPath(pin.file, context.env.PATH ?? "");
  if (onPath !== undefined && !isMinimal(onPath)) {
    return { pin, kind: "official", origin: "PATH", folder: path.dirname(onPath) };
  }
  const folder = candidateFolders(pin, pulumi, context).find((candidate) =>
    isExecutable(path.join(candidate, pin.file)),
  );
  return folder === undefined
    ? undefined
    : { pin, kind: "official", origin: "Pulumi's own folder", folder };
}

/** Pulumi's own folders for a plugin: a language host is beside its binary, a resource plugin in its home. */
function candidateFolders(
  pin: PluginPin,
  pulumi: Tool | undefined,
  { env, places }: Context,
): string[] {
  if (pin.kind === "language") {
    return pulumi === undefined ? [] : [path.dirname(realpathSync(pulumi.file))];
  }
  const home = path.join(env.HOME ?? homedir(), ".pulumi");
  const homes = [env.PULUMI_HOME, pulumiHome(places.checkout), home, downloadHome(places.cache)];
  const folder = `resource-${pin.name}-v${pluginVersion(pin, places.checkout)}`;
  return homes.filter((dir) => dir !== undefined).map((dir) => path.join(dir, "plugins", folder));
}

/** The Pulumi home for downloads, which survives `make clean`, unlike .local/. */
function downloadHome(cache: string): string {
  return path.join(cache, "pulumi-home");
}

/** The URL of Pulumi's download. Source: pulumi/pulumi, sdk/go/common/workspace/plugins.go, read 2026-11-23. */
function pluginArchive({ file }: PluginPin, version: string): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `https://get.pulumi.com/releases/plugins/${file}-v${version}-${process.platform}-${arch}.tar.gz`;
}

async function getOfficial(
  pin: PluginPin,
  pulumi: Tool,
  context: Context,
): Promise<Plugin | undefined> {
  const { say, env, places } = context;
  if (pin.kind === "language") {
    // Language hosts are part of Pulumi: its release replaces a build of the same version in the cache.
    const ours = pulumi.origin === "build" && (await downloadTool(pulumi.pin, context));
    return ours ? findOfficial(pin, pulumi, context) : undefined;
  }
  const version = pluginVersion(pin, places.checkout);
  if (!(await isServed(pluginArchive(pin, version)))) {
    return undefined;
  }
  const install = await withProgress(
    say,
    () => `Pulumi is downloading its ${pin.name} plugin ${version}`,
    () =>
      runChild(
        pulumi.file,
        ["plugin", "install", pin.kind, pin.name, `v${version}`, "--exact", "--non-interactive"],
        {
          env: {
            ...env,
            PULUMI_HOME: downloadHome(places.cache),
            PULUMI_SKIP_UPDATE_CHECK: "true",
          },
          timeoutSeconds: INSTALL_TIMEOUT_SECONDS,
        },
      ),
  );
  if (install.code !== 0) {
    say(
      `Pulumi could not install it; using the minimal plugin. Pulumi's output: ${install.output}`,
    );
  }
  return findOfficial(pin, pulumi, context);
}

/** Checks the file, not its folder: another checkout's build may be on PATH. */
function isMinimal(file: string): boolean {
  const start = Buffer.alloc(128);
  const handle = openSync(file, "r");
  try {
    readSync(handle, start);
  } finally {
    closeSync(handle);
  }
  return start.includes(MINIMAL_MARK);
}
