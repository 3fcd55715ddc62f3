import type { Agreement } from "./agreement";
import type { ChannelName } from "./announcer";
import type { Outcome } from "./carry-out";
import type { Action, Cause } from "./policy/dues";
import type { PlanEntry } from "./policy/plan";
import { formatShard, type Shard } from "./policy/shard";
import type { Verdict, VerdictKind } from "./policy/verdict";
import type { Run } from "./reaper";

/** What is to be thought of one environment, as `--json` has it. */
export interface VerdictData {
  readonly kind: VerdictKind;
  /** RFC 3339; since when it is idle, expired or orphaned, or when it expires. */
  readonly at?: string;
  readonly reasons: readonly string[];
  readonly dues: readonly DueData[];
}

export interface DueData {
  readonly action: Action;
  readonly cause: Cause;
  /** RFC 3339 */
  readonly at: string;
  readonly why: string;
}

export interface EntryData extends Pick<PlanEntry, "subject" | "kind" | "ids" | "why"> {
  readonly action: PlanEntry["action"];
  readonly cause?: Cause;
  /** Of a warning: RFC 3339; when it happens at the earliest. */
  readonly deadline?: string;
  readonly usdPerMonth: number;
}

/** What a run of the reaper reports. */
export interface RunData {
  readonly mode: Run["mode"];
  readonly result: Run["result"];
  readonly project: string;
  readonly shard: string;
  /** RFC 3339; what everything was judged by. */
  readonly at: string;
  /** Why nothing was done, or not all; in words. */
  readonly reasons: readonly string[];
  /** How people are warned. */
  readonly channels: readonly ChannelName[];
  readonly environments: readonly (VerdictData & { readonly stack: string })[];
  readonly plan: {
    readonly hash: string;
    readonly entries: readonly EntryData[];
    readonly savesUsdPerMonth: number;
    readonly mostDestroys: number;
  };
  readonly outcomes: readonly Outcome[];
  readonly agreement: Agreement;
  /** Asked of DigitalOcean, retries included. */
  readonly requests: { readonly all: number; readonly perEnvironment: number };
}

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
              `it would destroy ${plan.cap.destroys}, and without being asked for it by its hash it destroys ${plan.cap.most} at most`,
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
