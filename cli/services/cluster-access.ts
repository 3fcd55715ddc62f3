import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../lib/errors";
import { writeAtomically } from "../../overlay/generated-file";
import type { Context } from "../context";
import { requireAccess } from "./digitalocean";
import { environmentOf } from "./environments";
import { type Kubeconfig, kubeconfigFor, kubeconfigText } from "./kubeconfig";
import type { StackRecord } from "./state/record";

/** What the program's own kubeconfig, a stack output, says of the cluster. */
interface ProgramKubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/**
 * The kubeconfig for an environment.
 *
 * @param as - limits it to that role. @default - the cluster's administrator
 * @throws {UserError} when the environment has no cluster
 */
export function kubeconfigOf(
  context: Context,
  record: StackRecord,
  as?: "developer",
): { readonly kubeconfig: Kubeconfig; readonly namespace: string } {
  const { stack, outputs } = record;
  const { clusterId, namespace, state } = environmentOf(record, context.now());
  if (
    clusterId === undefined ||
    namespace === undefined ||
    typeof outputs.kubeconfig !== "string"
  ) {
    throw new UserError(`"${stack}" has no cluster: it is ${state}`, `doks-env up ${stack}`);
  }
  const [found] = (parse(outputs.kubeconfig) as ProgramKubeconfig).clusters;
  if (found === undefined) {
    throw new UserError(
      `the stack output kubeconfig of "${stack}" names no cluster`,
      `doks-env up ${stack}`,
    );
  }
  const kubeconfig = kubeconfigFor({
    stack,
    cluster: {
      id: clusterId,
      name: found.name,
      server: found.cluster.server,
      certificateAuthorityData: found.cluster["certificate-authority-data"],
    },
    namespace,
    script: join(context.home, "bin", "exec-credential.js"),
    origin: requireAccess(context.env).origin,
    ...(as === undefined ? {} : { as }),
  });
  return { kubeconfig, namespace };
}

/**
 * Writes an environment's kubeconfig to its folder in `.rendered/`.
 *
 * @returns the file, absolute, and the namespace
 */
export function writeKubeconfigOf(
  context: Context,
  record: StackRecord,
  as?: "developer",
): { readonly file: string; readonly namespace: string; readonly context: string } {
  const { kubeconfig, namespace } = kubeconfigOf(context, record, as);
  const folder = join(context.project.folder, ".rendered", record.stack);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, as === undefined ? "kubeconfig.yaml" : `kubeconfig-${as}.yaml`);
  writeAtomically(file, kubeconfigText(kubeconfig));
  return { file, namespace, context: kubeconfig["current-context"] };
}
