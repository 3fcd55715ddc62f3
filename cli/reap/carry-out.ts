import pMap from "p-map";
import { reasonOf } from "../stacks/reason";
import type { MemoryStore } from "./memory-store";
import { lastUse } from "./policy/evidence";
import type { PlanEntry, PlanRules } from "./policy/plan";
import { warningOf } from "./policy/warning-text";
import { formatSpan } from "./policy/wording";
import type { RunData } from "./reap.data";
import { ChangedError, type ReaperActions } from "./reaper-actions";
import { recheckStack, recheckStray } from "./recheck";
import type { Sources } from "./sources";
import type { Survey } from "./survey";

/** The outcome of one entry of the plan. */
export type ReapOutcome = RunData["outcomes"][number];

export interface CarryOutTerms {
  readonly rules: PlanRules;
  readonly atOnce: number;
  /** Time limit of one attempt in seconds. A destroy or sleep has two attempts. */
  readonly timeoutSeconds: number;
}

export interface RunTools {
  readonly sources: Sources;
  readonly actions: ReaperActions;
  readonly store: MemoryStore;
  /** @throws {Error} when another reaper may have taken over */
  readonly requireHeld: () => void;
  readonly now: () => Date;
  /** Aborted by Ctrl-C: running actions end, others do not start. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const ATTEMPTS = 2;

/**
 * Carries a plan out: warnings first, because a late warning leaves less time, then the rest in parallel. A failed action
 * does not stop the others. Never fails itself.
 */
export async function carryOut(
  survey: Survey,
  terms: CarryOutTerms,
  tools: RunTools,
): Promise<ReapOutcome[]> {
  const run = new Run(survey, terms, tools);
  const warnings = survey.plan.entries.filter(({ action }) => action === "warn");
  const acts = survey.plan.entries.filter(({ action }) => action !== "warn" && action !== "skip");
  const warned = await pMap(warnings, (entry) => run.treat(entry), { concurrency: 1 });
  const done = await pMap(acts, (entry) => run.treat(entry), { concurrency: terms.atOnce });
  return [...done, ...warned];
}

type News = Omit<ReapOutcome, "subject" | "kind" | "action">;

class Run {
  public constructor(
    private readonly survey: Survey,
    private readonly terms: CarryOutTerms,
    private readonly tools: RunTools,
  ) {}

  public async treat(entry: PlanEntry): Promise<ReapOutcome> {
    const { subject, kind } = entry;
    const action = entry.action === "skip" ? "warn" : entry.action;
    const { signal, say } = this.tools;
    const common = { subject, kind, action } as const;
    if (signal.aborted) {
      return { ...common, state: "abandoned", why: "interrupted before it began" };
    }
    let news: News;
    try {
      this.tools.requireHeld();
      news = await this.act(entry);
    } catch (error) {
      news = this.failure(error);
    }
    say(`${subject}: ${action}: ${news.state}${news.why === undefined ? "" : `, ${news.why}`}`);
    return { ...common, ...news };
  }

  private act(entry: PlanEntry): Promise<News> {
    if (entry.action === "warn") {
      return this.warn(entry);
    }
    return entry.kind === "stack" ? this.actOnStack(entry) : this.deleteStray(entry);
  }

  private async actOnStack(entry: PlanEntry): Promise<News> {
    const { sources, store, actions, now } = this.tools;
    const { subject, action, due } = entry;
    const at = seconds(now());
    const { rules } = this.terms;
    const { revision } = await recheckStack(entry, this.survey, store.record, rules, sources, at);
    const sayBegun = () => this.tools.say(`${subject}: ${action}: ${entry.why}`);
    if (action === "wake") {
      sayBegun();
      await this.bounded((signal) => actions.wake(subject, { signal, revision }));
      return { state: "done" };
    }
    if (due === undefined || (action !== "destroy" && action !== "sleep")) {
      throw new RangeError(`${action} is not an action for a stack`);
    }
    // Recorded first, so that the remains of a killed teardown do not count as a user's environment.
    await store.remember({ begun: [{ stack: subject, at, due }] }, at);
    sayBegun();
    const { left, costSoFarUsd } = await this.twice(subject, (signal, attempt) => {
      const bounds = { signal, clusterIds: entry.ids, ...(attempt === 1 ? { revision } : {}) };
      return action === "destroy"
        ? actions.destroy(subject, bounds, entry.why)
        : actions.sleep(subject, bounds, this.lastUseOf(subject));
    });
    const isDone = left.length === 0;
    return {
      state: isDone ? "done" : "failed",
      ...(isDone ? {} : { why: `the account still has ${left.length} of its resources` }),
      left,
      costSoFarUsd,
    };
  }

  private async deleteStray({ subject }: PlanEntry): Promise<News> {
    const { actions, sources } = this.tools;
    const stray = this.strayOf(subject);
    await recheckStray(stray, actions, sources);
    await actions.deleteThing(stray.kind, stray.id);
    return { state: "done" };
  }

  private async warn(entry: PlanEntry): Promise<News> {
    const { actions, store, now } = this.tools;
    const { subject, due, warning } = entry;
    if (due === undefined || warning === undefined) {
      throw new RangeError(`the plan has no warning about ${subject}`);
    }
    const at = seconds(now());
    const verdict = this.survey.verdicts.find(({ stack }) => stack === subject);
    const about = verdict
      ? { verdict, pullRequest: this.survey.known.get(subject)?.pullRequest }
      : { stray: this.strayOf(subject) };
    const { by, faults } = await actions.deliver(warningOf(entry, about, at));
    const why = faults.join("; ");
    if (by.length === 0) {
      return { state: "failed", why: `no warning was delivered: ${why}` };
    }
    const { action, cause, at: dueAt } = due;
    await store.remember(
      { delivered: [{ subject, action, cause, dueAt, step: warning.step, deliveredAt: at }] },
      at,
    );
    return { state: "done", channels: by, ...(faults.length > 0 ? { why } : {}) };
  }

  private lastUseOf(subject: string): number | undefined {
    const verdict = this.survey.verdicts.find(({ stack }) => stack === subject);
    const use = verdict && lastUse(verdict.evidence, verdict.situation);
    return use?.signal && use.at;
  }

  private strayOf(key: string) {
    const stray = this.survey.strays.find((one) => one.key === key);
    if (stray === undefined) {
      throw new RangeError(`there is no stray ${key}`);
    }
    return stray;
  }

  /** Tries an action a second time after a failure, unless it must be skipped. */
  private async twice<T>(
    subject: string,
    act: (signal: AbortSignal, attempt: number) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.bounded((signal) => act(signal, attempt));
      } catch (error) {
        const isFinal = attempt === ATTEMPTS || error instanceof ChangedError;
        if (isFinal || this.tools.signal.aborted) {
          throw error;
        }
        this.tools.say(`${subject}: ${reasonOf(error)}; trying again`);
        this.tools.requireHeld();
      }
    }
  }

  private async bounded<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { timeoutSeconds } = this.terms;
    const timeout = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      return await act(AbortSignal.any([this.tools.signal, timeout]));
    } catch (cause) {
      if (timeout.aborted && !this.tools.signal.aborted) {
        throw new Error(`it did not finish within ${formatSpan(timeoutSeconds)}`, { cause });
      }
      throw cause;
    }
  }

  private failure(error: unknown): News {
    if (error instanceof ChangedError) {
      return { state: "skipped", why: error.message };
    }
    return {
      state: this.tools.signal.aborted ? "abandoned" : "failed",
      why: reasonOf(error),
    };
  }
}

function seconds(time: Date): number {
  return time.getTime() / 1000;
}
