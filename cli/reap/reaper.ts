import { type Agreement, agreementOf } from "./agreement";
import { type CarryOutTerms, carryOut, type ReapOutcome, type RunTools } from "./carry-out";
import { compareNow } from "./compare-now";
import { lastUse } from "./policy/evidence";
import { pendingRehearsals, type ReaperMemory } from "./policy/memory";
import { requireSamePlan } from "./policy/plan-hash";
import { makeSurvey, type Survey, type SurveyTerms } from "./survey";

export type Intent =
  | { readonly mode: "plan" }
  | { readonly mode: "rehearse" }
  /** @param hash - of the plan that was shown. @default hash - whatever the plan is, within the cap */
  | { readonly mode: "run"; readonly hash?: string };

export interface Run {
  readonly mode: Intent["mode"];
  readonly result: "planned" | "refused" | "capped" | "done" | "partly" | "interrupted";
  readonly survey: Survey;
  readonly outcomes: readonly ReapOutcome[];
  /** Comparison after the run; if the run did nothing, the one before. */
  readonly agreement: Agreement;
}

export type RunTerms = CarryOutTerms & Omit<SurveyTerms, "rehearsal">;

/**
 * Runs the reaper. A plan, a rehearsal and a real run differ only in what they do with the plan.
 *
 * @throws {UserError} when the plan is not the shown one, or the record cannot be written
 */
export async function runReaper(intent: Intent, terms: RunTerms, tools: RunTools): Promise<Run> {
  const { sources, store, now } = tools;
  const { mode } = intent;
  const at = now().getTime() / 1000;
  const survey = await makeSurvey(
    sources,
    store.record,
    { ...terms, rehearsal: mode === "rehearse" },
    at,
  );
  const { comparison, dangling } = survey;
  const view = { comparison, dangling, stacks: [...survey.known.values()] };
  const found = agreementOf(view, terms.shard);
  const nothing = { mode, survey, outcomes: [], agreement: found } as const;
  if (survey.comparison.state === "refused") {
    return { ...nothing, result: "refused" };
  }
  if (mode === "plan") {
    return { ...nothing, result: "planned" };
  }
  const { uses, clusters, accounts } = survey;
  await store.remember({ uses, clusters, accounts }, at);
  if (mode === "rehearse") {
    await store.remember(rehearsal(survey, store.record), at);
    await store.tidy(survey.stacks, at);
    return { ...nothing, result: "done" };
  }
  if (intent.hash !== undefined) {
    requireSamePlan(survey.plan, intent.hash);
  } else if (survey.plan.cap.exceeded) {
    return { ...nothing, result: "capped" };
  }
  const outcomes = await carryOut(survey, terms, tools);
  if (tools.signal.aborted) {
    // No request is possible after an interruption.
    const agreement = {
      state: "unknown",
      differences: ["interrupted before it was compared"],
    } as const;
    return { mode, result: "interrupted", survey, outcomes, agreement };
  }
  const afterwards = await compareNow(sources, store.record, now().getTime() / 1000);
  if (afterwards.comparison.state === "compared") {
    const stacks = new Set(afterwards.stacks.map(({ situation }) => situation.stack));
    await store.tidy(stacks, now().getTime() / 1000);
  }
  const agreement = agreementOf(afterwards, terms.shard);
  return { mode, result: resultOf(outcomes, agreement), survey, outcomes, agreement };
}

function resultOf(outcomes: readonly ReapOutcome[], agreement: Agreement): Run["result"] {
  const isFailed = outcomes.some(
    // The warning was delivered, but a failed channel must still be reported.
    ({ action, state, why }) => state === "failed" || (action === "warn" && why !== undefined),
  );
  return isFailed || agreement.state === "unknown" ? "partly" : "done";
}

/** Returns the entries that a rehearsal adds to the record: supposed destructions and later uses. */
function rehearsal(
  { plan, verdicts, at }: Survey,
  record: ReaperMemory,
): Pick<ReaperMemory, "rehearsed" | "usedAfterwards"> {
  const pending = pendingRehearsals(record);
  const used = verdicts.flatMap(({ stack, evidence, situation }) => {
    const decidedAt = pending.get(stack);
    const { at: usedAt, signal } = lastUse(evidence, situation);
    return decidedAt !== undefined && signal !== undefined && usedAt > decidedAt
      ? [{ stack, at: usedAt }]
      : [];
  });
  const isUsed = new Set(used.map(({ stack }) => stack));
  return {
    rehearsed: plan.entries.flatMap(({ subject, kind, action, due }) =>
      action === "destroy" &&
      kind === "stack" &&
      due !== undefined &&
      (!pending.has(subject) || isUsed.has(subject))
        ? [{ stack: subject, cause: due.cause, at }]
        : [],
    ),
    usedAfterwards: used,
  };
}
