import { execFile } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { describeError, UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import { readYaml } from "../manifests/read-yaml";

/** The commands that build a kustomization, in order of preference. */
const BUILDERS = [
  ["kubectl", "kustomize"],
  ["kustomize", "build"],
] as const;

/** Enough for the manifests of a large tree. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const execute = promisify(execFile);

/** The programs and addresses that a tree may use: the setting `kustomize`. */
export interface BuildOptions {
  readonly loadRestrictor: "LoadRestrictionsRootOnly" | "LoadRestrictionsNone";
  /** Runs the `helm` on PATH for the tree's charts. */
  readonly helm: boolean;
  /** Hosts, with their ports, from which bases and files may be loaded before the build. */
  readonly remoteHosts: readonly string[];
  /** Commits by `<repository>@<ref>`, and SHA-256 sums of files, prefixed `sha256:`, by URL. */
  readonly remotePins: Readonly<Record<string, string>>;
}

/** For trees from untrusted authors. */
export const NOTHING_ALLOWED: BuildOptions = {
  loadRestrictor: "LoadRestrictionsRootOnly",
  helm: false,
  remoteHosts: [],
  remotePins: {},
};

/**
 * Builds a kustomization with the kustomize on PATH, in a process without network, git, plugins, home directory and
 * secrets. Only helm may run, to render charts that are already there.
 *
 * @param folder - absolute
 * @param env - its PATH is searched; kustomize gets none of its variables
 * @throws {UserError} when neither kubectl nor kustomize is on PATH, or helm is required and missing
 * @throws an Error with kustomize's own message when the folder does not build
 */
export async function kustomize(
  folder: string,
  env: NodeJS.ProcessEnv,
  { loadRestrictor, helm }: Pick<BuildOptions, "loadRestrictor" | "helm">,
): Promise<KubernetesObject[]> {
  const builder = BUILDERS.map(([name, verb]) => ({ name, verb, file: find(name, env) })).find(
    ({ file }) => file !== undefined,
  );
  if (builder?.file === undefined) {
    throw new UserError(
      "neither kubectl nor kustomize is on PATH; one of them renders the manifests",
      "install kubectl (https://kubernetes.io/docs/tasks/tools/) and put it on PATH, then check with `doks-env doctor`",
    );
  }
  const { name, verb, file } = builder;
  const options = [
    `--load-restrictor=${loadRestrictor}`,
    ...(helm ? ["--enable-helm", `--helm-command=${requireHelm(env)}`] : []),
  ];
  const command = [...interpreterOf(file, env), file];
  try {
    const yaml = await confined([...command, verb, ...options, folder]);
    return requireVersions(
      OTHER_LINE_ENDS.test(yaml) ? await readByGo(yaml, name, command) : readYaml(yaml),
    );
  } catch (error) {
    await requireWorking(name, command);
    throw error;
  }
}

/** kustomize requires a kind and a name of every object, but no apiVersion, which Kubernetes requires. */
function requireVersions(objects: readonly unknown[]): KubernetesObject[] {
  const built = objects as KubernetesObject[];
  const lacking = built.find(({ apiVersion }) => typeof apiVersion !== "string" || !apiVersion);
  if (lacking !== undefined) {
    throw new Error(`${lacking.kind}/${lacking.metadata.name} has no apiVersion`);
  }
  return built;
}

/** A script whose interpreter `env` looks up needs a PATH. */
function interpreterOf(file: string, env: NodeJS.ProcessEnv): string[] {
  const [, name = ""] = /^#!\s*\/usr\/bin\/env\s+(\S+)/.exec(firstBytes(file)) ?? [];
  const interpreter = find(name, env);
  return interpreter === undefined ? [] : [interpreter];
}

function firstBytes(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(128);
    return buffer.toString("latin1", 0, readSync(descriptor, buffer));
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {UserError} for a wrapper, such as a version manager's, that needs the user's environment */
async function requireWorking(name: string, command: readonly string[]): Promise<void> {
  try {
    await confined([...command, "version", ...(name === "kubectl" ? ["--client"] : [])]);
  } catch (cause) {
    throw new UserError(
      `${command.at(-1) ?? name} does not work without the variables PATH and HOME, which a build does not pass: ${describeError(cause)}`,
      `put the program ${name} itself on PATH, before a version manager's wrapper`,
      { cause },
    );
  }
}

/** kustomize prints these unescaped and indents as after a line break, which only Go's parser reads back. */
const OTHER_LINE_ENDS = /[\u2028\u2029]/;

/** Uses kubectl, which has Go's parser, to convert the objects to JSON with an empty patch. */
async function readByGo(
  yaml: string,
  name: string,
  command: readonly string[],
): Promise<KubernetesObject[]> {
  if (name !== "kubectl") {
    throw new UserError(
      "the tree has the character U+2028 or U+2029, which kustomize prints in a form that only kubectl can read",
      "put kubectl on PATH, or remove the character",
    );
  }
  const args = ["patch", "--local", "--type=merge", "--patch={}", "--output=json", "--filename=-"];
  const json = await confined([...command, ...args], yaml);
  return json
    .split(/^(?=\{)/m)
    .filter((text) => text.trim() !== "")
    .map((text) => JSON.parse(text) as KubernetesObject);
}

/**
 * The environment of a builder. PATH leads nowhere. The proxies do not answer, for machines where the network cannot be
 * disabled.
 */
const NOTHING = {
  PATH: "/dev/null",
  ...Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [
      name,
      "http://127.0.0.1:0",
    ]),
  ),
};
/** Runs a program without network. It is on every Linux, but not every Linux lets an ordinary user run it. */
const UNSHARE = "/usr/bin/unshare";
let canUnshare = process.platform === "linux";

async function confined(command: readonly string[], input = ""): Promise<string> {
  const isCutOff = canUnshare;
  const [file = "", ...args] = isCutOff ? [UNSHARE, "--user", "--net", "--", ...command] : command;
  const running = execute(file, args, { env: NOTHING, maxBuffer: MAX_OUTPUT_BYTES });
  running.child.stdin?.on("error", () => {
    // If the program ends before it has read everything, its exit code and stderr give the reason.
  });
  running.child.stdin?.end(input);
  try {
    return (await running).stdout;
  } catch (error) {
    const { code, stderr = "", message } = error as Error & { code?: unknown; stderr?: string };
    if (isCutOff && (code === "ENOENT" || stderr.startsWith("unshare: "))) {
      canUnshare = false;
      return confined(command, input);
    }
    // Without the cause, which would repeat all output.
    throw new Error(withoutContent(stderr.trim().replace(/^error: /i, "")) || message);
  }
}

/** Removes the objects and patches that kustomize quotes in errors: they may be Secrets. */
function withoutContent(message: string): string {
  return message
    .replace(/map\[string\]interface \{\}\{.*\}/gs, "an object")
    .replace(/(patch from )\[.*\]/gs, "$1its text");
}

/** @throws {UserError} when helm is not on PATH */
export function requireHelm(env: NodeJS.ProcessEnv): string {
  const file = find("helm", env);
  if (file === undefined) {
    throw new UserError(
      "the setting kustomize.helm is true, but helm is not on PATH",
      "install helm (https://helm.sh/docs/intro/install/) and put it on PATH",
    );
  }
  return file;
}

/** The absolute path of a command. */
function find(command: string, { PATH = "" }: NodeJS.ProcessEnv): string | undefined {
  return PATH.split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => resolve(join(folder, command)))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
