import type { Action, Cause, Due } from "./situation";

/** A delivered warning. */
export interface Delivered {
  /** Its subject: a stack's name, or {@link Stray.key}. */
  readonly subject: string;
  readonly action: Action;
  readonly cause: Cause;
  /** Time of the announced action, Unix seconds. */
  readonly dueAt: number;
  /** Its step, one of `warnAhead`, in seconds. */
  readonly step: number;
  /** Unix seconds. */
  readonly deliveredAt: number;
}

export interface Announcements {
  /** Whether warnings can be delivered. If not, actions happen without a warning. */
  readonly channel: "on" | "off";
  /** Delivered warnings by subject. */
  readonly delivered: ReadonlyMap<string, readonly Delivered[]>;
}

/** The state of the warnings about an action. */
export type Notice =
  | { readonly state: "ready" }
  /** A warning must be delivered now; the action happens at `deadline` (Unix seconds) at the earliest. */
  | { readonly state: "warn"; readonly step: number; readonly deadline: number }
  /** There is nothing to do before `until` (Unix seconds). */
  | { readonly state: "wait"; readonly until: number; readonly why: string };

/** Measurements shift by some minutes between runs; a deadline that differs by less is the announced one. */
const SAME_DEADLINE_SECONDS = 900;

/**
 * Decides whether an action may happen or needs a warning first. If several steps are due, only the shortest is delivered.
 * The action requires the shortest step of all to be delivered and its time to have passed since, so that even a late
 * warning leaves its reader that time. A warning is void when use or an extension has moved the deadline. Wake needs no
 * warning, sleep only the last one.
 *
 * @param subject - subject of the warnings
 * @param warnAhead - steps in seconds, descending
 * @param now - Unix seconds
 */
export function noticeOf(
  subject: string,
  due: Due,
  warnAhead: readonly number[],
  { channel, delivered }: Announcements,
  now: number,
): Notice {
  const steps = channel === "on" ? stepsFor(due.action, warnAhead) : [];
  const last = steps.at(-1);
  if (last === undefined) {
    return due.at <= now
      ? { state: "ready" }
      : { state: "wait", until: due.at, why: "it is not due yet" };
  }
  const reached = steps.findLast((step) => now >= due.at - step);
  if (reached === undefined) {
    return { state: "wait", until: due.at - (steps[0] ?? 0), why: "it is not due yet" };
  }
  const valid = (delivered.get(subject) ?? []).filter((warning) => isAbout(warning, due));
  if (!valid.some(({ step }) => step <= reached)) {
    return { state: "warn", step: reached, deadline: Math.max(due.at, now + last) };
  }
  const final = valid.filter(({ step }) => step === last).map(({ deliveredAt }) => deliveredAt);
  if (final.length === 0) {
    const next = steps.find((step) => step < reached) ?? last;
    return { state: "wait", until: due.at - next, why: "it is announced" };
  }
  const until = Math.max(due.at, Math.min(...final) + last);
  return until <= now
    ? { state: "ready" }
    : { state: "wait", until, why: "its last warning was delivered, and its time has not passed" };
}

export function bySubject(warnings: readonly Delivered[]): Map<string, Delivered[]> {
  const sorted = new Map<string, Delivered[]>();
  for (const warning of warnings) {
    const before = sorted.get(warning.subject);
    if (before) {
      before.push(warning);
    } else {
      sorted.set(warning.subject, [warning]);
    }
  }
  return sorted;
}

function stepsFor(action: Action, warnAhead: readonly number[]): readonly number[] {
  switch (action) {
    case "destroy":
      return warnAhead;
    case "sleep":
      return warnAhead.slice(-1);
    case "wake":
      return [];
  }
}

function isAbout({ action, cause, dueAt }: Delivered, due: Due): boolean {
  return action === due.action && cause === due.cause && due.at <= dueAt + SAME_DEADLINE_SECONDS;
}
