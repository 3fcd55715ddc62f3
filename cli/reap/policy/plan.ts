import type { Action, Due } from "./situation";
import type { Stray } from "./strays";
import type { Verdict } from "./verdict";
import { type Announcements, type Notice, noticeOf } from "./warnings";
import { formatTime } from "./wording";

/** The action on one environment or stray. */
export interface PlanEntry {
  /** A stack's name, or a stray's key. */
  readonly subject: string;
  readonly kind: "stack" | Stray["kind"];
  /** Ids of the affected resources, because names may be reused. */
  readonly ids: readonly string[];
  readonly action: Action | "warn" | "skip";
  /** Action that is taken, announced or skipped. Absent when the verdict allows none. */
  readonly due?: Due;
  /** For a warning: its step in seconds, and the earliest time of the action in Unix seconds. */
  readonly warning?: { readonly step: number; readonly deadline: number };
  readonly why: string;
  /** Its present price per month, in USD. */
  readonly usdPerMonth: number;
}

export interface Plan {
  /** In the order of execution, warnings first. */
  readonly entries: readonly PlanEntry[];
  /** Savings per month in USD; for sleep, while it lasts. */
  readonly savesUsdPerMonth: number;
  readonly cap: Cap;
}

/** The cap on destroys in a run: environments (each cluster counts) and strays. A larger plan destroys nothing unless it is requested by its hash. */
interface Cap {
  readonly most: number;
  readonly destroys: number;
  readonly exceeded: boolean;
}

/** Parameters that all environments of a run share. */
export interface PlanRules {
  /** The cap is the larger of a number ... */
  readonly mostDestroys: number;
  /** ... and a share of the environments, from 0 to 1. */
  readonly mostDestroysShare: number;
  /** Steps of warnings about strays, in seconds, descending. */
  readonly warnAheadSeconds: readonly number[];
}

/** Source: https://docs.digitalocean.com/reference/doctl/reference/ */
const REMOVALS: Readonly<Record<Stray["kind"], string>> = {
  cluster: "doctl kubernetes cluster delete",
  droplet: "doctl compute droplet delete",
  "load balancer": "doctl compute load-balancer delete",
  volume: "doctl compute volume delete",
  "volume snapshot": "doctl compute snapshot delete",
};

/** The order of a plan and, except for warnings, of its execution: savings first. */
const ORDER = ["destroy", "sleep", "wake", "warn", "skip"] as const;

/**
 * Plans a run with at most one action on each environment. An environment without a due action is in the plan only if its
 * verdict prevents one.
 *
 * @param now - Unix seconds
 */
export function planOf(
  verdicts: readonly Verdict[],
  strays: readonly Stray[],
  announcements: Announcements,
  rules: PlanRules,
  now: number,
): Plan {
  const stackEntries = verdicts.flatMap((verdict) => stackEntry(verdict, announcements, now));
  // A teardown deletes all clusters of a stack.
  const taken = new Set(stackEntries.filter(takesDown).flatMap(({ ids }) => ids));
  const entries = [
    ...stackEntries,
    ...strays
      .filter(({ id }) => !taken.has(id))
      .map((stray) => strayEntry(stray, rules, announcements, now)),
  ].sort(inOrder);
  const destroys = entries
    .filter(({ action }) => action === "destroy")
    .reduce((sum, { ids }) => sum + Math.max(1, ids.length), 0);
  const most = Math.max(rules.mostDestroys, Math.floor(rules.mostDestroysShare * verdicts.length));
  return {
    entries,
    savesUsdPerMonth: entries
      .filter(takesDown)
      .reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0),
    cap: { most, destroys, exceeded: destroys > most },
  };
}

function takesDown({ action }: PlanEntry): boolean {
  return action === "destroy" || action === "sleep";
}

interface Announced {
  readonly due: Due;
  readonly notice: Notice;
}

function stackEntry(verdict: Verdict, announcements: Announcements, now: number): PlanEntry[] {
  const { stack, kind, reasons, policy, situation } = verdict;
  const common = {
    subject: stack,
    kind: "stack",
    ids: situation.clusterIds,
    usdPerMonth: situation.asleepSince === undefined ? situation.usdPerMonth : 0,
  } as const;
  const dues = relevantDues(verdict.dues, now).map((due) => ({
    due,
    notice: noticeOf(stack, due, policy.warnAheadSeconds, announcements, now),
  }));
  const chosen = choose(dues, now);
  if (chosen !== undefined) {
    return [{ ...common, ...entryFor(chosen) }];
  }
  return kind === "protected" || kind === "unknown"
    ? [{ ...common, action: "skip", why: reasons.join("; ") }]
    : [];
}

function strayEntry(
  stray: Stray,
  rules: PlanRules,
  announcements: Announcements,
  now: number,
): PlanEntry {
  const { key, kind, id, usdPerMonth, cause, since, why } = stray;
  const common = { subject: key, kind, ids: [id], usdPerMonth } as const;
  if (!stray.certain) {
    return {
      ...common,
      action: "skip",
      why: `${why}; if it is yours, remove it: ${REMOVALS[kind]} ${id}`,
    };
  }
  const due = { action: "destroy", cause, at: since, needsEvidence: false, why } as const;
  const notice = noticeOf(key, due, rules.warnAheadSeconds, announcements, now);
  return { ...common, ...entryFor({ due, notice }) };
}

/** The schedule does not wake an environment that is about to be destroyed. */
function relevantDues(dues: readonly Due[], now: number): Due[] {
  const goes = dues.some(({ action, at }) => action === "destroy" && at <= now);
  return dues.filter(({ action }) => !(goes && action === "wake"));
}

/** Sorts actions: possible ones first, then those that need a warning, then those that wait although they are due. */
function choose(dues: readonly Announced[], now: number): Announced | undefined {
  const sorted = [...dues].sort(
    (one, other) =>
      ORDER.indexOf(one.due.action) - ORDER.indexOf(other.due.action) || one.due.at - other.due.at,
  );
  return (
    sorted.find(({ notice }) => notice.state === "ready") ??
    sorted.find(({ notice }) => notice.state === "warn") ??
    sorted.find(({ due, notice }) => notice.state === "wait" && due.at <= now)
  );
}

function entryFor({
  due,
  notice,
}: Announced): Pick<PlanEntry, "action" | "due" | "warning" | "why"> {
  switch (notice.state) {
    case "ready":
      return { action: due.action, due, why: due.why };
    case "warn": {
      const { step, deadline } = notice;
      return { action: "warn", due, warning: { step, deadline }, why: due.why };
    }
    case "wait":
      return {
        action: "skip",
        due,
        why: `${due.why}; ${notice.why} before ${formatTime(notice.until)}`,
      };
  }
}

function inOrder(one: PlanEntry, other: PlanEntry): number {
  return (
    ORDER.indexOf(one.action) - ORDER.indexOf(other.action) ||
    other.usdPerMonth - one.usdPerMonth ||
    (one.subject < other.subject ? -1 : 1)
  );
}
