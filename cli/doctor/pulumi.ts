import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Context } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import { findOnPath, isAtLeast, isExecutable, outputOf, versionIn } from "./executables";
import { readPackageJson } from "./package-json";

const SDK = "@pulumi/pulumi";
const LANGUAGE_HOST = "pulumi-language-nodejs";

/** A plugin as `pulumi plugin ls --json` prints it. */
interface InstalledPlugin {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
}

/** Checks Pulumi itself and the plugins that the project's SDKs require. */
export async function checkPulumi({ project, env }: Context): Promise<CheckResult[]> {
  const file = findOnPath("pulumi", env);
  const { dependencies = {} } = readPackageJson(project.folder);
  const wanted = versionIn(dependencies[SDK] ?? "");
  if (file === undefined) {
    return [pulumiFault("not on PATH", wanted)];
  }
  // `pulumi version` would also check for a newer version.
  const quiet = { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    const [version, plugins] = await Promise.all([
      outputOf(file, ["version"], quiet),
      outputOf(file, ["plugin", "ls", "--json"], quiet),
    ]);
    const installed = JSON.parse(plugins) as InstalledPlugin[];
    return [
      checkVersion(versionIn(version) ?? version.trim(), file, wanted),
      checkLanguageHost(file, env),
      ...pluginsOf(dependencies).map((plugin) => checkPlugin(plugin, installed, env)),
    ];
  } catch (error) {
    return [pulumiFault(`${file} cannot be run: ${(error as Error).message}`, wanted)];
  }
}

/** An engine older than the program's SDK may not support the SDK's requests. */
function checkVersion(version: string, file: string, wanted = "0"): CheckResult {
  return isAtLeast(version, wanted)
    ? { subject: "pulumi", state: "ok", found: `${version} (${file})` }
    : pulumiFault(`${version} (${file})`, wanted);
}

function pulumiFault(found: string, wanted: string | undefined): CheckResult {
  return {
    subject: "pulumi",
    state: "fault",
    found,
    ...(wanted === undefined ? {} : { wanted: `${wanted} or newer` }),
    fix: 'curl -fsSL https://get.pulumi.com | sh && export PATH="$HOME/.pulumi/bin:$PATH"',
  };
}

/** Pulumi's release contains it: it is next to `pulumi`, or on PATH. */
function checkLanguageHost(pulumi: string, env: NodeJS.ProcessEnv): CheckResult {
  const subject = "plugin nodejs";
  const beside = join(dirname(realpathSync(pulumi)), LANGUAGE_HOST);
  const found = onPath(LANGUAGE_HOST, env) ?? (isExecutable(beside) ? beside : undefined);
  return found === undefined
    ? {
        subject,
        state: "fault",
        found: `${LANGUAGE_HOST}, which runs the program, is neither next to ${pulumi} nor on PATH`,
        fix: pulumiFault("", undefined).fix,
      }
    : { subject, state: "ok", found };
}

interface Plugin {
  readonly name: string;
  readonly version: string;
}

function pluginsOf(dependencies: Readonly<Record<string, string>>): Plugin[] {
  return Object.entries(dependencies)
    .filter(([name]) => name.startsWith("@pulumi/") && name !== SDK)
    .map(([name, text]) => ({
      name: name.slice("@pulumi/".length),
      version: versionIn(text) ?? text,
    }));
}

/**
 * Pulumi takes a plugin from PATH, whatever its version, or else that of the SDK's version from its home, or else
 * downloads that.
 */
function checkPlugin(
  { name, version }: Plugin,
  installed: readonly InstalledPlugin[],
  env: NodeJS.ProcessEnv,
): CheckResult {
  const subject = `plugin ${name}`;
  const ambient = onPath(`pulumi-resource-${name}`, env);
  if (ambient !== undefined) {
    return { subject, state: "ok", found: ambient };
  }
  if (
    installed.some(
      (plugin) => plugin.kind === "resource" && plugin.name === name && plugin.version === version,
    )
  ) {
    return { subject, state: "ok", found: `${version}, installed` };
  }
  if (!isTrue(env.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION)) {
    return { subject, state: "ok", found: `${version}; the first \`up\` downloads it` };
  }
  return {
    subject,
    state: "warning",
    found: "not installed, and PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION forbids the download",
    wanted: version,
    fix: `pulumi plugin install resource ${name} v${version}`,
  };
}

function onPath(file: string, env: NodeJS.ProcessEnv): string | undefined {
  return isTrue(env.PULUMI_IGNORE_AMBIENT_PLUGINS) ? undefined : findOnPath(file, env);
}

/** Parses a boolean variable as Pulumi does. Source: sdk/go/common/util/cmdutil (IsTruthy) of Pulumi 3.259. */
function isTrue(value = ""): boolean {
  return value === "1" || value.toLowerCase() === "true";
}
