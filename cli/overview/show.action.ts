import { describeError } from "../../core/errors";
import { openClusterOf } from "../cluster/cluster-access";
import { readNodes } from "../cluster/nodes";
import { readQuota } from "../cluster/quota";
import { readWorkloads } from "../cluster/workloads";
import { keptOfEach } from "../data/kept";
import { verdictOn } from "../reap/verdicts";
import { engineFor } from "../stacks/engine";
import { statusOf } from "../stacks/environment-status";
import { lastUpdates } from "../stacks/history";
import type { StackRecord } from "../stacks/record";
import { settingsReader } from "../stacks/settings-record";
import { settingsOf } from "../stacks/stack-config";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { show } from "./show.command";
import type { InCluster, ShowData } from "./show.data";
import { showText } from "./show.text";

export async function run(context: Context, [stack]: ArgumentsOf<typeof show>): Promise<Result> {
  const record = await requireStack(context, stack);
  const engine = engineFor(context);
  const [settings, cluster, updates, verdict, [kept = []]] = await Promise.all([
    settingsWithOrigins(context, record),
    inCluster(context, record),
    lastUpdates(engine, stack),
    verdictOn(context, stack),
    keptOfEach(context, [record]),
  ]);
  const now = context.now();
  const data: ShowData = {
    environment: statusOf(record, now),
    settings,
    images: (record.outputs.images ?? []) as string[],
    cluster,
    verdict,
    kept,
    updates,
  };
  return { data, text: () => showText(data, now, context.terminal.out.paint) };
}

/** Shows an environment also with invalid settings or an unreadable state. */
async function settingsWithOrigins(
  context: Context,
  record: StackRecord,
): Promise<ShowData["settings"]> {
  try {
    if (record.fault !== undefined) {
      throw new Error(record.fault);
    }
    const known = await settingsReader(context)(record);
    return settingsOf(context.project, record.stack, known?.own).origins;
  } catch (error) {
    return { unknown: describeError(error) };
  }
}

async function inCluster(context: Context, record: StackRecord): Promise<InCluster> {
  try {
    const { client, namespace } = await openClusterOf(context, record);
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
