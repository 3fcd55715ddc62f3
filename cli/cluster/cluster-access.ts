import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { obtain } from "../../bin/exec-credential/credential";
import type { Status } from "../../bin/exec-credential/digitalocean";
import { UserError } from "../../core/errors";
import { physicalName } from "../../core/names";
import { writeAtomically } from "../../core/overlay/generated-file";
import { requireAccess } from "../account/digitalocean";
import { statusOf } from "../stacks/environment-status";
import { placementInState } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { type ClusterClient, openCluster } from "./client";
import { type Kubeconfig, kubeconfigFor, kubeconfigText } from "./kubeconfig";

/** The environment has no cluster yet. */
export class NoClusterError extends UserError {
  public override readonly name = "NoClusterError";
}

interface ProgramKubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/**
 * Returns the kubeconfig of an environment.
 *
 * @param as - limits it to this role. @default - the cluster's administrator
 * @throws {NoClusterError} when the environment has no cluster
 * @throws {UserError} when the state cannot be read, or the environment has no such role
 */
export async function kubeconfigOf(
  context: Context,
  record: StackRecord,
  as?: "developer",
): Promise<{
  readonly kubeconfig: Kubeconfig;
  readonly namespace: string;
  readonly clusterId: string;
  readonly isTenant: boolean;
}> {
  const { stack } = record;
  if (as !== undefined && record.outputs.placement === "host") {
    throw new UserError(
      `"${stack}" has no role "${as}": it is a shared cluster`,
      "doks-env kubeconfig <environment> --developer",
    );
  }
  const known = await knownCluster(context, record);
  const [found] =
    known === undefined ? [] : (parse(known.kubeconfig) as ProgramKubeconfig).clusters;
  if (known === undefined || found === undefined) {
    const { state, placement, asleepSince } = statusOf(record, context.now());
    if (placement === "domain") {
      throw new NoClusterError(
        `"${stack}" has no cluster: it is a domain`,
        "doks-env list   # environments and shared clusters",
      );
    }
    if (asleepSince !== undefined) {
      throw new NoClusterError(`"${stack}" has no cluster: it is asleep`, `doks-env wake ${stack}`);
    }
    throw new NoClusterError(`"${stack}" has no cluster: it is ${state}`, `doks-env up ${stack}`);
  }
  const { id, namespace, isTenant } = known;
  const kubeconfig = kubeconfigFor({
    stack,
    cluster: {
      id,
      name: found.name,
      server: found.cluster.server,
      certificateAuthorityData: found.cluster["certificate-authority-data"],
    },
    namespace,
    script: join(context.home, "bin", "exec-credential.js"),
    origin: requireAccess(context.env).origin,
    as,
  });
  return { kubeconfig, namespace, clusterId: id, isTenant };
}

interface KnownCluster {
  readonly id: string;
  readonly namespace: string;
  /** Whether it is a shared cluster, in which the environment has a namespace. */
  readonly isTenant: boolean;
  /** The kubeconfig of the program. */
  readonly kubeconfig: string;
}

/** Reads the stack's outputs or, before the first successful update, its state: that is when users look for faults. */
async function knownCluster(
  context: Context,
  { stack, outputs, hasResources, fault }: StackRecord,
): Promise<KnownCluster | undefined> {
  const { clusterId, namespace = "default", kubeconfig, placement } = outputs;
  if (
    typeof clusterId === "string" &&
    typeof namespace === "string" &&
    typeof kubeconfig === "string"
  ) {
    return { id: clusterId, namespace, kubeconfig, isTenant: placement === "namespace" };
  }
  if (fault !== undefined) {
    throw new UserError(
      `the state of "${stack}" cannot be read: ${fault}`,
      "restore an earlier state: the backend keeps the previous one next to it as <stack>.json.bak",
    );
  }
  if (!hasResources) {
    return undefined;
  }
  const {
    clusters: [cluster],
    namespace: found,
  } = await placementInState(sourceOf(context), stack);
  if (cluster?.kubeconfig !== undefined) {
    const { id, kubeconfig: own } = cluster;
    return { id, namespace: physicalName(stack), kubeconfig: own, isTenant: false };
  }
  if (found === undefined) {
    return undefined;
  }
  const { name, clusterId: shared, kubeconfig: its } = found;
  return { id: shared, namespace: name, kubeconfig: its, isTenant: true };
}

/**
 * Opens the cluster of an environment without writing a file.
 *
 * @throws as {@link kubeconfigOf}; {UserError} when there is no credential
 */
export async function openClusterOf(
  context: Context,
  record: StackRecord,
): Promise<{
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly isTenant: boolean;
}> {
  const { kubeconfig, namespace, clusterId, isTenant } = await kubeconfigOf(context, record);
  const source = {
    text: kubeconfigText(kubeconfig),
    credential: () => administratorOf(clusterId, context),
  };
  return { client: await openCluster(source, record.stack), namespace, isTenant };
}

/** Returns the credential of the kubeconfig's exec plugin, from the same cache. */
async function administratorOf(clusterId: string, { env, say, signal }: Context): Promise<Status> {
  const { status, keep } = await obtain({ clusterId }, env, { say, signal });
  const fault = keep();
  if (fault !== undefined) {
    say(fault.message);
  }
  return status;
}

/**
 * Writes an environment's kubeconfig to its folder in `.rendered/`.
 *
 * @returns the file's absolute path, and the namespace
 */
export async function writeKubeconfigOf(
  context: Context,
  record: StackRecord,
  as?: "developer",
): Promise<{ readonly file: string; readonly namespace: string; readonly context: string }> {
  const { kubeconfig, namespace } = await kubeconfigOf(context, record, as);
  const folder = join(context.project.folder, ".rendered", record.stack);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, as === undefined ? "kubeconfig.yaml" : `kubeconfig-${as}.yaml`);
  writeAtomically(file, kubeconfigText(kubeconfig));
  return { file, namespace, context: kubeconfig["current-context"] };
}
