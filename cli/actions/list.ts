import type { Result } from "../command";
import type { Context } from "../context";
import { type Environment, environmentOf } from "../services/environments";
import { allStacks } from "../services/stacks";
import { listText } from "../ui/list-text";

export interface ListOptions {
  readonly owner?: string;
  readonly profile?: string;
  readonly expired?: boolean;
  readonly host?: string;
}

/** What `list --json` prints. */
export interface ListData {
  readonly environments: readonly Environment[];
}

export async function run(
  context: Context,
  _args: readonly string[],
  { owner, profile, expired, host }: ListOptions,
): Promise<Result> {
  const now = context.now();
  const all = (await allStacks(context)).map((record) => environmentOf(record, now));
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
