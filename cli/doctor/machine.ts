import { join } from "node:path";
import type { Context } from "../terminal/context";
import type { CheckResult } from "./doctor.data";
import { findOnPath, outputOf, versionIn } from "./executables";
import { readPackageJson } from "./package-json";

/** Checks the tools that every command needs. */
export async function checkMachine(context: Context, nodeVersion: string): Promise<CheckResult[]> {
  const { env, home } = context;
  return [
    checkNode(nodeVersion, readPackageJson(home).engines?.node),
    checkCommand(context),
    ...(await Promise.all([checkRenderer(env), checkGit(env)])),
  ];
}

/** @param engines - of this project's package.json, e.g. `>=20.19 <27`: the lower bound is required */
export function checkNode(version: string, engines = ">=20.19"): CheckResult {
  const [oldest = ""] = /\d+\.\d+/.exec(engines) ?? [];
  const base = { subject: "node", found: version };
  return oldest.localeCompare(version, "en", { numeric: true }) <= 0
    ? { ...base, state: "ok" }
    : {
        ...base,
        state: "fault",
        wanted: `${oldest} or newer`,
        fix: `install Node.js ${oldest} or newer: https://nodejs.org/en/download`,
      };
}

/** Fixes and examples say `doks-env`. */
function checkCommand({ env, home }: Context): CheckResult {
  const file = findOnPath("doks-env", env);
  return file === undefined
    ? {
        subject: "doks-env",
        state: "warning",
        found: "not on PATH",
        fix: `export PATH="${join(home, "bin")}:$PATH"`,
      }
    : { subject: "doks-env", state: "ok", found: file };
}

/** Either of them renders the manifests, see render.ts. */
async function checkRenderer(env: NodeJS.ProcessEnv): Promise<CheckResult> {
  const kubectl = await checkTool("kubectl", ["version", "--client"], env);
  if (kubectl !== undefined) {
    return kubectl;
  }
  const kustomize = await checkTool("kustomize", ["version"], env);
  const subject = "kubectl";
  return kustomize?.state === "ok"
    ? {
        subject,
        state: "warning",
        found: `not on PATH; kustomize ${kustomize.found} renders instead`,
        fix: installKubectl(env),
      }
    : { subject, state: "fault", found: "not on PATH", fix: installKubectl(env) };
}

/** Needed only for recording an environment's commit. */
async function checkGit(env: NodeJS.ProcessEnv): Promise<CheckResult> {
  const git = await checkTool("git", ["--version"], env);
  return git?.state === "ok"
    ? git
    : {
        subject: "git",
        state: "warning",
        found: `${git?.found ?? "not on PATH"}: environments will not record their commit`,
        fix: "install git: https://git-scm.com/downloads",
      };
}

/** @returns undefined when it is not on PATH */
async function checkTool(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<CheckResult | undefined> {
  const file = findOnPath(command, env);
  if (file === undefined) {
    return undefined;
  }
  try {
    const version = versionIn(await outputOf(file, args, env));
    return {
      subject: command,
      state: "ok",
      found: `${version ?? "of an unknown version"} (${file})`,
    };
  } catch (error) {
    return {
      subject: command,
      state: "fault",
      found: `${file} cannot be run: ${(error as Error).message}`,
      fix: `reinstall ${command}, or remove ${file} from PATH`,
    };
  }
}

/** @see https://kubernetes.io/docs/tasks/tools/ */
function installKubectl({ PATH = "" }: NodeJS.ProcessEnv): string {
  if (process.platform === "darwin") {
    return "brew install kubectl";
  }
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const folder = "$HOME/.local/bin";
  const release = "https://dl.k8s.io/release";
  return [
    `curl -fsSL --create-dirs -o "${folder}/kubectl" "${release}/$(curl -fsSL ${release}/stable.txt)/bin/linux/${arch}/kubectl"`,
    `chmod +x "${folder}/kubectl"`,
    ...(PATH.includes("/.local/bin") ? [] : [`export PATH="${folder}:$PATH"`]),
  ].join(" && ");
}
