import pMap from "p-map";
import { type ComparedStacks, compareNow } from "./compare-now";
import { judge, judgeByAll } from "./judge";
import {
  type ProvedUse,
  pendingRehearsals,
  provedUse,
  type ReaperMemory,
  rememberedUses,
} from "./policy/memory";
import { type Plan, type PlanRules, planOf } from "./policy/plan";
import { hashOf } from "./policy/plan-hash";
import { isInShard, type Shard } from "./policy/shard";
import type { Stray } from "./policy/strays";
import type { Verdict } from "./policy/verdict";
import { type Announcements, bySubject } from "./policy/warnings";
import type { Known, Sources } from "./sources";

/** Environments judged at the same time, one request each; more would only wait for the request limit. */
const JUDGED_AT_ONCE = 8;

export interface SurveyTerms {
  readonly shard: Shard;
  readonly rules: PlanRules;
  /** Whether people are warned. If so, nothing is destroyed without a delivered warning. */
  readonly announces: boolean;
  /** Whether this is a rehearsal: it needs no warnings, and observes the use of environments that it would have destroyed. */
  readonly rehearsal: boolean;
}

/** The planned actions of this shard and their reasons. */
export interface Survey extends Omit<ComparedStacks, "stacks"> {
  /** Unix seconds. */
  readonly at: number;
  readonly verdicts: readonly Verdict[];
  readonly strays: readonly Stray[];
  readonly plan: Plan;
  readonly hash: string;
  readonly announcements: Announcements;
  readonly known: ReadonlyMap<string, Known>;
  /** Names of all stacks, including those of other shards. */
  readonly stacks: ReadonlySet<string>;
  readonly uses: readonly ProvedUse[];
}

/**
 * Judges all environments of the shard and makes a plan, without changes. If the lists cannot be compared, there are no
 * verdicts, and the plan is empty.
 *
 * @param now - Unix seconds
 */
export async function makeSurvey(
  sources: Sources,
  record: ReaperMemory,
  terms: SurveyTerms,
  now: number,
): Promise<Survey> {
  const { comparison, stacks, clusters, accounts, dangling } = await compareNow(
    sources,
    record,
    now,
  );
  const all = new Set(stacks.map(({ situation }) => situation.stack));
  const isOwn = (stack: string) => isInShard(stack, terms.shard);
  const known = new Map(
    stacks
      .filter(({ situation }) => isOwn(situation.stack))
      .map((one) => [one.situation.stack, one]),
  );
  const announcements: Announcements = {
    channel: terms.announces && !terms.rehearsal ? "on" : "off",
    delivered: bySubject(record.delivered),
  };
  const uses = rememberedUses(record);
  const compared = comparison.state === "compared";
  const pending = terms.rehearsal ? pendingRehearsals(record) : new Map<string, number>();
  const verdicts = await pMap(
    compared ? [...known.values()] : [],
    (one) => {
      const { stack } = one.situation;
      const remembered = [uses.get(stack)].filter((signal) => signal !== undefined);
      // A rehearsal observes whether it is used after its supposed destruction, although nothing follows from that.
      return pending.has(stack)
        ? judgeByAll(sources, one, remembered, now)
        : judge(sources, one, remembered, announcements, now);
    },
    { concurrency: JUDGED_AT_ONCE },
  );
  const strays = compared ? comparison.strays.filter(({ stack }) => isOwn(stack)) : [];
  const plan = planOf(verdicts, strays, announcements, terms.rules, now);
  return {
    at: now,
    comparison,
    verdicts,
    strays,
    plan,
    hash: hashOf(plan),
    announcements,
    known,
    stacks: all,
    uses: verdicts.map(provedUse).filter((use) => use !== undefined),
    clusters: clusters.filter(({ stack }) => isOwn(stack)),
    accounts,
    dangling,
  };
}
