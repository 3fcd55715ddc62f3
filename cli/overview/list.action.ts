import { keptOfEach } from "../data/kept";
import { verdictsOn } from "../reap/verdicts";
import { statusOf } from "../stacks/environment-status";
import { allStacks } from "../stacks/stacks";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { list } from "./list.command";
import type { JudgedEnvironment, ListData } from "./list.data";
import { listText } from "./list.text";

export async function run(
  context: Context,
  _args: ArgumentsOf<typeof list>,
  { owner, profile, expired, host }: OptionsOf<typeof list>,
): Promise<Result> {
  const now = context.now();
  const records = await allStacks(context);
  const [verdicts, kept] = await Promise.all([
    verdictsOn(context, records),
    keptOfEach(context, records),
  ]);
  const all = records.map((record, index): JudgedEnvironment => {
    const verdict = verdicts[index] ?? { kind: "unknown", reasons: [], dues: [] };
    return { ...statusOf(record, now), verdict, kept: kept[index] ?? [] };
  });
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
