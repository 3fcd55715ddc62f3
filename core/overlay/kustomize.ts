import { execFile } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { describeError, UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import { readYaml } from "../manifests/read-yaml";

/** The commands that build a kustomization. The first that is on PATH is used. */
const BUILDERS = [
  ["kubectl", "kustomize"],
  ["kustomize", "build"],
] as const;

/** Room for the manifests of a large tree. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

const execute = promisify(execFile);

/** The programs and addresses that a tree may use, as the setting `kustomize` has it. */
export interface BuildOptions {
  readonly loadRestrictor: "LoadRestrictionsRootOnly" | "LoadRestrictionsNone";
  /** Runs the `helm` that is on PATH for the tree's charts. */
  readonly helm: boolean;
  /** Hosts that bases and files are loaded from, before the build, with their ports. */
  readonly remoteHosts: readonly string[];
  /** Commits by `<repository>@<ref>`, and SHA-256 sums of files, after `sha256:`, by their address. */
  readonly remotePins: Readonly<Record<string, string>>;
}

/** For trees of people whom nothing is known about. */
export const NOTHING_ALLOWED: BuildOptions = {
  loadRestrictor: "LoadRestrictionsRootOnly",
  helm: false,
  remoteHosts: [],
  remotePins: {},
};

/**
 * Builds a kustomization with the kustomize on PATH, in a process of its own that has no network, finds no git, no helm and no
 * plugin, and gets neither a home directory nor a secret. Only helm, which renders charts that are there, may be run.
 *
 * @param folder - absolute
 * @param env - its PATH is searched; nothing of it reaches kustomize
 * @throws {UserError} when neither kubectl nor kustomize is on PATH, or helm is wanted and is not
 * @throws an Error with kustomize's own words when the folder does not build
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
      "neither kubectl nor kustomize, which render the manifests, is on PATH",
      "install kubectl (https://kubernetes.io/docs/tasks/tools/) and put it on PATH; `doks-env doctor` looks again",
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

/** kustomize requires a kind and a name of every object, and no apiVersion, as everybody else does. */
function requireVersions(objects: readonly unknown[]): KubernetesObject[] {
  const built = objects as KubernetesObject[];
  const lacking = built.find(({ apiVersion }) => typeof apiVersion !== "string" || !apiVersion);
  if (lacking !== undefined) {
    throw new Error(`${lacking.kind}/${lacking.metadata.name} has no apiVersion`);
  }
  return built;
}

/** A script that is found by `env` needs a PATH. */
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

/** @throws {UserError} for a wrapper, such as a version manager's, that does not work without the environment */
async function requireWorking(name: string, command: readonly string[]): Promise<void> {
  try {
    await confined([...command, "version", ...(name === "kubectl" ? ["--client"] : [])]);
  } catch (cause) {
    throw new UserError(
      `${command.at(-1) ?? name} does not work without PATH and HOME, which it does not get: ${describeError(cause)}`,
      `put the program ${name} itself on PATH, in front of a version manager's`,
      { cause },
    );
  }
}

/** kustomize writes them as they are, and indents as after the end of a line: only Go's parser reads that. */
const OTHER_LINE_ENDS = /[\u2028\u2029]/;

/** kubectl, which has that parser, repeats objects as JSON when it is to change nothing about them. */
async function readByGo(
  yaml: string,
  name: string,
  command: readonly string[],
): Promise<KubernetesObject[]> {
  if (name !== "kubectl") {
    throw new UserError(
      "the tree has the character U+2028 or U+2029, and kustomize alone does not print it so that others can read it",
      "put kubectl on PATH, or take the character out",
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
 * A builder sees nothing of this process's environment. PATH leads nowhere, and no proxy answers, for machines on which
 * the network cannot really be cut off.
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
/** Gives a program a network of its own, which leads nowhere. Part of every Linux; not every one lets everybody do it. */
const UNSHARE = "/usr/bin/unshare";
let canUnshare = process.platform === "linux";

async function confined(command: readonly string[], input = ""): Promise<string> {
  const isCutOff = canUnshare;
  const [file = "", ...args] = isCutOff ? [UNSHARE, "--user", "--net", "--", ...command] : command;
  const running = execute(file, args, { env: NOTHING, maxBuffer: MAX_OUTPUT_BYTES });
  running.child.stdin?.on("error", () => {
    // A program that ends before it has read everything says why by its exit.
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
    // Without its cause, which repeats all that was printed.
    throw new Error(withoutContent(stderr.trim().replace(/^error: /i, "")) || message);
  }
}

/** kustomize's words without the objects and patches that it repeats: they may be Secrets. */
function withoutContent(told: string): string {
  return told
    .replace(/map\[string\]interface \{\}\{.*\}/gs, "an object")
    .replace(/(patch from )\[.*\]/gs, "$1its text");
}

/** @throws {UserError} when it is not on PATH */
export function requireHelm(env: NodeJS.ProcessEnv): string {
  const file = find("helm", env);
  if (file === undefined) {
    throw new UserError(
      "the setting kustomize.helm is true, and helm is not on PATH",
      "install helm (https://helm.sh/docs/intro/install/) and put it on PATH",
    );
  }
  return file;
}

/** The file of a command, absolute. */
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
