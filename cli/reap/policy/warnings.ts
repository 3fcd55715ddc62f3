import type { Action, Cause, Due } from "./situation";

/** A warning that has reached its channel. */
export interface Delivered {
  /** Its subject: a stack's name, or {@link Stray.key}. */
  readonly subject: string;
  readonly action: Action;
  readonly cause: Cause;
  /** For when that was due; Unix seconds. */
  readonly dueAt: number;
  /** How long ahead it was to be given, in seconds: one of `warnAhead`. */
  readonly step: number;
  /** Unix seconds. */
  readonly deliveredAt: number;
}

export interface Announcements {
  /** Whether warnings can be delivered. Otherwise everything goes unannounced. */
  readonly channel: "on" | "off";
  /** Those that have arrived, by subject. */
  readonly delivered: ReadonlyMap<string, readonly Delivered[]>;
}

/** How far something is announced. */
export type Notice =
  | { readonly state: "ready" }
  /** A warning is to be delivered now, of its happening at `deadline` at the earliest (Unix seconds). */
  | { readonly state: "warn"; readonly step: number; readonly deadline: number }
  /** There is nothing to do before `until` (Unix seconds). */
  | { readonly state: "wait"; readonly until: number; readonly why: string };

/** Measurements shift by some minutes between readings, so a deadline that much later is the announced one. */
const SAME_DEADLINE_SECONDS = 900;

/**
 * Says whether something may be done, or needs a warning first. Of the steps that are reached only the shortest is
 * delivered. The last of all must have been delivered, and its time must have passed since: its reader has that
 * long to object, even if it came late. A warning is void when the deadline has moved later than it said (by use, by an
 * extension). Waking needs none, sleeping only the last.
 *
 * @param subject - what the warnings about it name
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
