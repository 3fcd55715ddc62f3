import pMap from "p-map";
import { keptOfEach } from "../data/kept";
import { verdictReader } from "../reap/verdicts";
import { statusOf } from "../stacks/environment-status";
import { eachStack } from "../stacks/stacks";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { list } from "./list.command";
import type { JudgedEnvironment, ListData } from "./list.data";
import { listText } from "./list.text";

/** Number of stacks read at the same time; a sleeping environment's history takes a process. */
const STACKS_AT_ONCE = 8;

export async function run(
  context: Context,
  _args: ArgumentsOf<typeof list>,
  { owner, profile, expired, host }: OptionsOf<typeof list>,
): Promise<Result> {
  const now = context.now();
  const verdictOn = verdictReader(context);
  const judged = await pMap(
    eachStack(context),
    async (record) => {
      const { hasResources } = record;
      const tags = record.tags.data === undefined ? {} : record.tags;
      return {
        tags,
        hasResources,
        environment: { ...statusOf(record, now), verdict: await verdictOn(record) },
      };
    },
    { concurrency: STACKS_AT_ONCE },
  );
  const kept = await keptOfEach(context, judged);
  const all = judged.map(
    ({ environment }, index): JudgedEnvironment => ({ ...environment, kept: kept[index] ?? [] }),
  );
  const environments = all.filter(
    (environment) =>
      (owner === undefined || environment.owner === owner) &&
      (profile === undefined || environment.profile === profile) &&
      (!expired || environment.expired) &&
      (host === undefined || environment.stack === host || environment.hostStack === host),
  );
  const data: ListData = { environments };
  const { paint } = context.terminal.out;
  return { data, text: () => listText(environments, all.length, now, paint) };
}
