/** Reads the cluster and the user from a kubeconfig. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { parseYaml } from "./yaml";

const cluster = z.object({
  server: z.string().optional(),
  "certificate-authority": z.string().optional(),
  "certificate-authority-data": z.string().optional(),
  "insecure-skip-tls-verify": z.boolean().optional(),
  "tls-server-name": z.string().optional(),
});

const exec = z.object({
  apiVersion: z.string(),
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().optional(),
  provideClusterInfo: z.boolean().optional(),
});

const user = z.object({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  "client-certificate": z.string().optional(),
  "client-certificate-data": z.string().optional(),
  "client-key": z.string().optional(),
  "client-key-data": z.string().optional(),
  exec: exec.nullish(),
});

const context = z.object({
  cluster: z.string().default(""),
  user: z.string().default(""),
  namespace: z.string().optional(),
});

const schema = z.object({
  clusters: z.array(z.object({ name: z.string(), cluster })).nullish(),
  users: z.array(z.object({ name: z.string(), user })).nullish(),
  contexts: z.array(z.object({ name: z.string(), context })).nullish(),
  "current-context": z.string().nullish(),
});

export type ClusterEntry = z.infer<typeof cluster>;
export type UserEntry = z.infer<typeof user>;
export type ExecEntry = z.infer<typeof exec>;
type ContextEntry = z.infer<typeof context>;

/** @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string;
}

/** Values of the provider's configuration that replace the kubeconfig's own. */
export interface KubeconfigOverrides {
  readonly context?: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

/** The cluster, the user and the namespace that a kubeconfig and its overrides select. */
export interface Connection {
  readonly server: string;
  readonly cluster: ClusterEntry;
  readonly user: UserEntry;
  /** @default "default" */
  readonly namespace: string;
}

/** @throws {Error} when it is not a kubeconfig. */
export function parseKubeconfig(contents: string, folder?: string): Kubeconfig {
  const parsed = schema.safeParse(parseYaml(contents) ?? {});
  if (!parsed.success) {
    throw new Error(`this is not a kubeconfig: ${z.prettifyError(parsed.error)}`);
  }
  const { clusters, users, contexts, "current-context": currentContext } = parsed.data;
  return {
    clusters: new Map(clusters?.map(({ name, cluster }) => [name, absolute(cluster, folder)])),
    users: new Map(users?.map(({ name, user }) => [name, absolute(user, folder)])),
    contexts: new Map(contexts?.map(({ name, context }) => [name, context])),
    currentContext: currentContext ?? "",
  };
}

/** Reads a kubeconfig given as its contents or as the path of a file, which may begin with `~`. */
export function loadKubeconfig(pathOrContents: string): Kubeconfig {
  const path = pathOrContents.replace(/^~(?=$|\/)/, homedir());
  return !path.includes("\n") && existsSync(path)
    ? parseKubeconfig(readFileSync(path, "utf8"), dirname(path))
    : parseKubeconfig(pathOrContents);
}

/** The kubeconfig of the user's environment, as kubectl finds it: the files merged, the first one winning. */
export function ambientKubeconfig(environment: NodeJS.ProcessEnv): Kubeconfig {
  const paths = environment.KUBECONFIG?.split(delimiter) ?? [join(homedir(), ".kube", "config")];
  return paths
    .filter((path) => path !== "" && existsSync(path))
    .map(loadKubeconfig)
    .reduceRight(
      (later, earlier) => ({
        clusters: new Map([...later.clusters, ...earlier.clusters]),
        users: new Map([...later.users, ...earlier.users]),
        contexts: new Map([...later.contexts, ...earlier.contexts]),
        currentContext: earlier.currentContext || later.currentContext,
      }),
      parseKubeconfig("{}"),
    );
}

/**
 * Resolves a kubeconfig to one cluster and user.
 *
 * @throws {Error} when it does not come down to a cluster.
 */
export function connectionOf(config: Kubeconfig, overrides: KubeconfigOverrides): Connection {
  const name = overrides.context ?? config.currentContext;
  const chosen = config.contexts.get(name);
  if (chosen === undefined && name !== "") {
    throw new Error(`the kubeconfig has no context "${name}"`);
  }
  const clusterName = overrides.cluster ?? chosen?.cluster ?? "";
  const entry = config.clusters.get(clusterName);
  if (entry?.server === undefined) {
    throw new Error(
      clusterName === ""
        ? "the kubeconfig chooses no cluster: it has no current-context"
        : `the kubeconfig has no server for the cluster "${clusterName}"`,
    );
  }
  return {
    server: entry.server,
    cluster: entry,
    user: config.users.get(chosen?.user ?? "") ?? {},
    namespace: overrides.namespace ?? (chosen?.namespace || "default"),
  };
}

/** Returns the cluster that a kubeconfig selects, if any. A different one replaces the provider. */
export function activeCluster(
  config: Kubeconfig,
  overrides: KubeconfigOverrides,
): ClusterEntry | undefined {
  const chosen = config.contexts.get(overrides.context ?? config.currentContext);
  return chosen && config.clusters.get(overrides.cluster ?? chosen.cluster);
}

const PATHS = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** Paths in a kubeconfig file are relative to that file. */
function absolute<Entry extends object>(entry: Entry, folder: string | undefined): Entry {
  if (folder === undefined) {
    return entry;
  }
  const paths = Object.entries(entry)
    .filter(([key, value]) => PATHS.includes(key) && typeof value === "string" && value !== "")
    .map(([key, value]) => [key, resolve(folder, String(value))]);
  return { ...entry, ...Object.fromEntries(paths) };
}
