import { describeError } from "../../core/errors";
import type { SettingOrigin } from "../../core/settings";
import { openCluster } from "../cluster/client";
import { writeKubeconfigOf } from "../cluster/cluster-access";
import type { ClusterNode, Workload } from "../cluster/diagnosis";
import { readNodes } from "../cluster/nodes";
import { type QuotaUse, readQuota } from "../cluster/quota";
import { readWorkloads } from "../cluster/workloads";
import { type ShownVerdict, verdictOn } from "../reap/verdict-on";
import { type Engine, engineFor } from "../stacks/engine";
import { type Environment, environmentOf } from "../stacks/environments";
import { lastUpdates, type PastUpdate } from "../stacks/history";
import type { StackRecord } from "../stacks/record";
import { restoreConfig, settingsOf } from "../stacks/stack-config";
import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { showText } from "./show-text";

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
