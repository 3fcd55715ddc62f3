import type { ChannelName } from "./announcer";
import type { PlanEntry } from "./policy/plan";
import { formatShard, type Shard } from "./policy/shard";
import type { Verdict } from "./policy/verdict";
import type { EntryData, RunData, VerdictData } from "./reap.data";
import type { Run } from "./reaper";

export interface ReportTerms {
  readonly project: string;
  readonly shard: Shard;
  readonly channels: readonly ChannelName[];
  readonly requests: number;
}

export function reportOf(
  { mode, result, survey, outcomes, agreement }: Run,
  { project, shard, channels, requests }: ReportTerms,
): RunData {
  const { plan, hash, verdicts, comparison, at } = survey;
  const count = verdicts.length;
  return {
    mode,
    result,
    project,
    shard: formatShard(shard),
    at: timestamp(at),
    reasons:
      comparison.state === "refused"
        ? comparison.reasons
        : result === "capped"
          ? [
              `it would destroy ${plan.cap.destroys}, but a run without --plan destroys at most ${plan.cap.most}`,
            ]
          : [],
    channels,
    environments: verdicts.map((verdict) => ({ stack: verdict.stack, ...verdictData(verdict) })),
    plan: {
      hash,
      entries: plan.entries.map(entryData),
      savesUsdPerMonth: cents(plan.savesUsdPerMonth),
      mostDestroys: plan.cap.most,
    },
    outcomes,
    agreement,
    requests: { all: requests, perEnvironment: count === 0 ? 0 : cents(requests / count) },
  };
}

export function verdictData({ kind, at, reasons, dues }: Verdict): VerdictData {
  return {
    kind,
    ...(at === undefined ? {} : { at: timestamp(at) }),
    reasons,
    dues: dues.map(({ action, cause, at: dueAt, why }) => ({
      action,
      cause,
      at: timestamp(dueAt),
      why,
    })),
  };
}

function entryData({ due, warning, ...entry }: PlanEntry): EntryData {
  return {
    ...entry,
    usdPerMonth: cents(entry.usdPerMonth),
    ...(due === undefined ? {} : { cause: due.cause }),
    ...(warning === undefined ? {} : { deadline: timestamp(warning.deadline) }),
  };
}

export function timestamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}
