import { describeError } from "../../lib/errors";
import type { SettingOrigin } from "../../settings";
import type { Result } from "../command";
import type { Context } from "../context";
import { openCluster } from "../services/cluster/client";
import type { ClusterNode, Workload } from "../services/cluster/diagnosis";
import { readNodes } from "../services/cluster/nodes";
import { type QuotaUse, readQuota } from "../services/cluster/quota";
import { readWorkloads } from "../services/cluster/workloads";
import { writeKubeconfigOf } from "../services/cluster-access";
import { type Engine, engineFor } from "../services/engine";
import { type Environment, environmentOf } from "../services/environments";
import { lastUpdates, type PastUpdate } from "../services/history";
import { type ShownVerdict, verdictOn } from "../services/reap/verdict-on";
import { restoreConfig, settingsOf } from "../services/stack-config";
import { requireStack } from "../services/stacks";
import type { StackRecord } from "../services/state/record";
import { showText } from "../ui/show-text";

/** What runs in an environment's cluster, or why that is not known. */
export type InCluster =
  | {
      readonly workloads: readonly Workload[];
      readonly nodes: readonly ClusterNode[];
      /** Empty where there is none, as of a cluster for others. */
      readonly quota: readonly QuotaUse[];
    }
  | { readonly unknown: string };

/** What `show --json` prints. */
export interface ShowData {
  readonly environment: Environment;
  /** By path, e.g. `smokeTest.path`; or why they cannot be read. */
  readonly settings: Readonly<Record<string, SettingOrigin>> | { readonly unknown: string };
  /** That the last update has declared. */
  readonly images: readonly string[];
  readonly cluster: InCluster;
  readonly verdict: ShownVerdict;
  /** Newest first. */
  readonly updates: readonly PastUpdate[];
}

export async function run(context: Context, [stack = ""]: readonly string[]): Promise<Result> {
  const record = await requireStack(context, stack);
  const engine = engineFor(context);
  const [settings, cluster, updates, verdict] = await Promise.all([
    settingsWithOrigins(context, record, engine),
    inCluster(context, record),
    lastUpdates(engine, stack),
    verdictOn(context, stack),
  ]);
  const now = context.now();
  const data: ShowData = {
    environment: environmentOf(record, now),
    settings,
    images: (record.outputs.images ?? []) as string[],
    cluster,
    verdict,
    updates,
  };
  return { data, text: () => showText(data, now, context.terminal.out.paint) };
}

/** An environment can be looked at, too, when its settings have become wrong, or its state cannot be read. */
async function settingsWithOrigins(
  { project }: Context,
  record: StackRecord,
  engine: Engine,
): Promise<ShowData["settings"]> {
  try {
    await restoreConfig(project, record, engine);
    return settingsOf(project, record.stack).origins;
  } catch (error) {
    return { unknown: describeError(error) };
  }
}

async function inCluster(context: Context, record: StackRecord): Promise<InCluster> {
  try {
    const { file, namespace } = await writeKubeconfigOf(context, record);
    const client = await openCluster(file, record.stack);
    const [workloads, nodes, quota] = await Promise.all([
      readWorkloads(client, namespace),
      readNodes(client),
      readQuota(client, namespace),
    ]);
    return { workloads, nodes, quota };
  } catch (error) {
    return { unknown: describeError(error) };
  }
}
