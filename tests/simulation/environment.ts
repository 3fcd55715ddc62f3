import { absent, lastUpdate, lastUse, type Signal, seenAt } from "../../cli/reap/policy/evidence";
import { type PlanEntry, type PlanRules, planOf } from "../../cli/reap/policy/plan";
import { processorSignal } from "../../cli/reap/policy/processor";
import type { Situation } from "../../cli/reap/policy/situation";
import { trafficSignal } from "../../cli/reap/policy/traffic";
import { type Need, signalsNeeded, type Verdict, verdictOf } from "../../cli/reap/policy/verdict";
import { type Announcements, bySubject, type Delivered } from "../../cli/reap/policy/warnings";
import { type Policy, type PolicySettings, policyOf } from "../../core/reaping-policy";
import { joined, LONGEST_RANGE_SECONDS, type Range, type Series } from "../../core/time-series";
import { NODES } from "./activity";
import { measure } from "./measurements";
import type { Random } from "./random";
import { MINUTES, START, timeOf } from "./span";
import type { Trace } from "./traces";

/** Results of one environment. */
export interface Outcome {
  /** Billed hours without use. */
  readonly idleHours: number;
  /** The same hours without the reaper, until its pull request is closed. */
  readonly idleHoursUnreaped: number;
  /** The reaper's actions for idleness during use. */
  readonly falsePositives: readonly string[];
  /** Number of these within the time that no measurement covers yet. */
  readonly collisions: number;
  readonly sleeps: number;
  readonly destroys: number;
  readonly wakes: number;
  readonly warnings: number;
}

/** Totals of one run of the reaper over all environments. */
export interface RunTally {
  /** Number of environments. */
  environments: number;
  destroys: number;
  /** Requests to DigitalOcean's API in addition to the lists of every run. */
  calls: number;
}
export const RUNS = MINUTES / 60;

const DEV: PolicySettings = {
  ttl: "14d",
  maxTtl: "30d",
  idleAfter: "3h",
  onIdle: "sleep",
  destroyAfterIdle: "14d",
  protect: false,
  warnAhead: ["2d", "2h", "30m"],
};
const CI: PolicySettings = {
  ...DEV,
  maxTtl: "14d",
  idleAfter: "3d",
  onIdle: "keep",
  destroyAfterIdle: "3d",
};
export const RULES: PlanRules = {
  mostDestroys: 3,
  mostDestroysShare: 0.2,
  warnAheadSeconds: [],
};
export const POLICIES = { dev: policyOf(DEV), ci: policyOf(CI) };
const USD_PER_MONTH = 72;
/** Measurements come in steps of nearly four minutes, and an interval has ten. */
const UNSEEN_MINUTES = 10;
const EXTENSION_SECONDS = 7 * 86_400;

/** State of the environment between two runs; Unix seconds. */
interface State {
  createdAt: number;
  expiresAt?: number;
  lastUpdateAt: number;
  lastUsedAt: number;
  bootedAt: number;
  asleepSince?: number;
  wokenAt?: number;
  delivered: Delivered[];
}

/**
 * Lets the reaper run every hour over one environment for four weeks, whose people do as its trace says: they create it,
 * wake it when it sleeps, and extend it when they are warned of its expiry, but care about no other warning.
 */
export class SimulatedEnvironment {
  private readonly policy: Policy;
  private readonly measurements;
  private readonly falsePositives: string[] = [];
  private state: State | undefined;
  private nextSession = 0;
  private readonly counts = { collisions: 0, sleeps: 0, destroys: 0, wakes: 0, warnings: 0 };
  private tally: RunTally = { environments: 0, destroys: 0, calls: 0 };
  private idleMinutes = 0;

  public constructor(
    private readonly trace: Trace,
    private readonly luck: Random,
  ) {
    const workingHours = {
      wakeAt: "07:00",
      sleepAt: "20:00",
      days: ["mon", "tue", "wed", "thu", "fri"],
      timeZone: trace.timeZone,
    } as const;
    const policy = POLICIES[trace.profile];
    this.policy = trace.hasWorkingHours ? { ...policy, workingHours } : policy;
    this.measurements = measure(trace.activity, luck.between(0.02, 0.08));
  }

  /** @param runs - tallies to add to, one for each hour */
  public run(runs: readonly RunTally[]): Outcome {
    let minute = 0;
    for (const [hour, tally] of runs.entries()) {
      // Scheduled jobs start late.
      const next = hour * 60 + this.luck.whole(0, 15);
      this.live(minute, next);
      minute = next;
      this.tally = tally;
      this.reap(timeOf(minute));
    }
    this.live(minute, MINUTES);
    return this.outcome();
  }

  /** Simulates the users until the next run. */
  private live(from: number, to: number): void {
    const { sessions } = this.trace;
    let minute = from;
    for (;;) {
      const session = sessions[this.nextSession];
      const until = session && session.start < to ? session.start : to;
      this.pay(minute, Math.max(minute, until));
      minute = Math.max(minute, until);
      if (session === undefined || session.start >= to) {
        break;
      }
      this.nextSession++;
      this.arrive(timeOf(session.start));
    }
  }

  private pay(from: number, to: number): void {
    if (this.state === undefined || this.state.asleepSince !== undefined) {
      return;
    }
    this.idleMinutes += to - from - overlap(this.trace.sessions, from, to);
  }

  /** A user starts to use it, and creates or wakes it. */
  private arrive(at: number): void {
    if (this.state === undefined) {
      this.state = { createdAt: at, lastUpdateAt: at, lastUsedAt: at, bootedAt: at, delivered: [] };
    } else if (this.state.asleepSince !== undefined) {
      this.state.asleepSince = undefined;
      this.state.lastUpdateAt = at;
      this.state.lastUsedAt = at;
      this.state.bootedAt = at;
    }
  }

  private reap(now: number): void {
    const { state } = this;
    if (state === undefined) {
      return;
    }
    this.tally.environments++;
    const situation = this.situation(state, now);
    const verdict = this.judge(situation, state, now);
    const [entry] = planOf([verdict], [], announcementsIn(state), RULES, now).entries;
    if (entry !== undefined) {
      this.carryOut(entry, state, now);
    }
  }

  private situation(state: State, now: number): Situation {
    const { closedAt } = this.trace;
    const closed = closedAt !== undefined && now >= timeOf(closedAt);
    const { createdAt, expiresAt, lastUpdateAt, asleepSince, wokenAt } = state;
    return {
      stack: "simulated",
      clusterIds: asleepSince === undefined ? [String(state.bootedAt)] : [],
      hasResources: asleepSince === undefined,
      createdAt,
      expiresAt,
      lastUpdateAt,
      asleepSince,
      wokenAt,
      protected: false,
      lockedBy: [],
      usdPerMonth: USD_PER_MONTH,
      ...(closed
        ? { orphaned: { cause: "pullRequestClosed", since: timeOf(closedAt), why: "closed" } }
        : {}),
    };
  }

  private judge(situation: Situation, state: State, now: number): Verdict {
    const pushes = this.trace.pushes.filter((minute) => timeOf(minute) <= now);
    const evidence: Signal[] = [
      lastUpdate(situation),
      seenAt("use", "tag lastUsed", state.lastUsedAt),
      this.trace.profile === "ci"
        ? seenAt(
            "push",
            "pull request",
            pushes.length > 0 ? timeOf(Math.max(...pushes)) : undefined,
          )
        : absent("push", "stack", "it does not belong to a pull request"),
    ];
    for (;;) {
      const [need] = signalsNeeded(situation, this.policy, evidence, announcementsIn(state), now);
      if (need === undefined) {
        // What was seen is written down, lest it be asked for again, or forgotten with the cluster.
        state.lastUsedAt = Math.max(state.lastUsedAt, lastUse(evidence, situation).at);
        return verdictOf(situation, this.policy, evidence, now);
      }
      evidence.push(...this.read(need, state, now));
    }
  }

  private read({ signal, from }: Need, { bootedAt }: State, now: number): Signal[] {
    const range = { from: Math.max(from, bootedAt), until: now };
    const asked = { from, until: now, createdAt: bootedAt };
    switch (signal) {
      case "traffic": {
        const { measure: kind } = this.trace;
        const series = this.ask(range, (part) => this.measurements.traffic(kind, part));
        return [trafficSignal({ ...asked, source: "load balancer", measure: kind, series })];
      }
      case "processor":
        return Array.from({ length: NODES }, (_, node) => {
          const series = this.ask(range, (part) =>
            this.measurements.processor(node, part, bootedAt),
          );
          return processorSignal({ ...asked, source: `node ${node}`, series });
        });
      case "rollout": {
        this.tally.calls++; // The cluster's credential; the cluster itself is not DigitalOcean's API.
        const past = this.trace.activity.rollouts
          .map(timeOf)
          .filter((at) => at <= now && at >= bootedAt);
        return [seenAt("rollout", "cluster", Math.max(bootedAt, ...past))];
      }
      case "update":
      case "use":
      case "push":
        throw new Error(`${signal} is read at once`);
    }
  }

  /** Asks for a range day by day, and counts the requests. */
  private ask({ from, until }: Range, one: (range: Range) => Series[]): Series[] {
    const answers: Series[][] = [];
    for (let start = from; start < until; start += LONGEST_RANGE_SECONDS) {
      this.tally.calls++;
      answers.push(one({ from: start, until: Math.min(start + LONGEST_RANGE_SECONDS, until) }));
    }
    return joined(answers);
  }

  private carryOut(entry: PlanEntry, state: State, now: number): void {
    const { due } = entry;
    switch (entry.action) {
      case "warn":
        this.warn(entry, state, now);
        break;
      case "sleep":
        this.counts.sleeps++;
        this.check(entry, now);
        state.asleepSince = now;
        state.lastUpdateAt = now;
        break;
      case "wake":
        this.counts.wakes++;
        state.asleepSince = undefined;
        state.wokenAt = now;
        state.lastUpdateAt = now;
        state.bootedAt = now;
        break;
      case "destroy":
        this.counts.destroys++;
        this.tally.destroys++;
        if (due?.needsEvidence) {
          this.check(entry, now);
        }
        this.state = undefined;
        break;
      case "skip":
        break;
    }
  }

  private warn({ subject, due, warning }: PlanEntry, state: State, now: number): void {
    if (due === undefined || warning === undefined) {
      return;
    }
    this.counts.warnings++;
    if (this.luck.chance(0.02)) {
      return; // The warning was not delivered.
    }
    const { action, cause, at } = due;
    state.delivered.push({
      subject,
      action,
      cause,
      dueAt: at,
      step: warning.step,
      deliveredAt: now,
    });
    const isWanted = this.trace.sessions[this.nextSession] !== undefined;
    if (cause === "ttl" && isWanted) {
      state.expiresAt = Math.max(at, now + EXTENSION_SECONDS);
    }
  }

  private check(entry: PlanEntry, now: number): void {
    const minute = (now - START) / 60;
    const session = this.trace.sessions.find(({ start, end }) => start <= minute && minute < end);
    if (session !== undefined && minute - session.start < UNSEEN_MINUTES) {
      this.counts.collisions++;
    } else if (session !== undefined) {
      this.falsePositives.push(
        `${this.trace.kind}, ${entry.action} ${minute - session.start} minutes into a use: ${entry.why}`,
      );
    }
  }

  private outcome(): Outcome {
    const { sessions, closedAt } = this.trace;
    const born = sessions[0]?.start ?? MINUTES;
    const gone = Math.min(closedAt ?? MINUTES, MINUTES);
    return {
      ...this.counts,
      idleHours: this.idleMinutes / 60,
      idleHoursUnreaped: Math.max(0, gone - born - overlap(sessions, born, gone)) / 60,
      falsePositives: this.falsePositives,
    };
  }
}

function announcementsIn({ delivered }: State): Announcements {
  return { channel: "on", delivered: bySubject(delivered) };
}

/** Returns the minutes of a period within sessions. */
function overlap(sessions: Trace["sessions"], from: number, to: number): number {
  return sessions.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)),
    0,
  );
}
