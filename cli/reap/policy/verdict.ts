import type { Policy } from "../../../core/reaping-policy";
import { HISTORY_SECONDS, type Range, RETENTION_SECONDS } from "../../../core/time-series";
import { expiryOf, idleDues, orphanDue } from "./dues";
import {
  gapsIn,
  type LastUse,
  lastUse,
  requiredSignals,
  SIGNALS,
  type Signal,
  type SignalName,
} from "./evidence";
import type { Due, Situation } from "./situation";
import { type Announcements, noticeOf } from "./warnings";
import { formatSpan, formatTime } from "./wording";

type VerdictKind =
  | "active"
  | "idle"
  | "expiring"
  | "expired"
  | "orphaned"
  | "protected"
  | "unknown";

export interface Verdict {
  readonly stack: string;
  readonly kind: VerdictKind;
  /** Time since which it is idle, expired or orphaned, or at which it expires; Unix seconds. */
  readonly at?: number;
  /** Reasons as text, the decisive one first. */
  readonly reasons: readonly string[];
  /** The certain actions to come, now or later. */
  readonly dues: readonly Due[];
  readonly situation: Situation;
  readonly policy: Policy;
  readonly evidence: readonly Signal[];
}

/**
 * A signal to read and its time range. The range ends at the time of the judgement, however late the signal is read: a day
 * and a second would cost two requests.
 */
export interface Need extends Range {
  readonly signal: SignalName;
}

/** Seconds after an update for which an environment is active: its user may be looking at it. */
export const RECENT_UPDATE_SECONDS = 900;

/**
 * Judges one environment. The first rule that applies decides:
 *
 * 1. protected, by the stack or by its settings;
 * 2. unknown: its state cannot be read;
 * 3. active: an update holds its lock;
 * 4. active: it was updated within the last {@link RECENT_UPDATE_SECONDS};
 * 5. unknown: its creation time is unknown;
 * 6. orphaned: its pull request is closed, its cluster is gone, or the reaper has destroyed all of it but the stack;
 * 7. expired: past `ttl` with extensions, or past `maxTtl`, which ignores them;
 * 8. unknown: it looks idle, but a signal could not be read, was not read, or does not reach back far enough;
 * 9. expiring: the time of the first warning before its expiry has come;
 * 10. idle: no use of any kind for `idleAfter`;
 * 11. active.
 *
 * Nothing is due under the first five rules. Under the eighth an environment may expire, but is neither put to sleep nor
 * destroyed for idleness.
 *
 * @param now - Unix seconds
 */
export function verdictOf(
  situation: Situation,
  policy: Policy,
  evidence: readonly Signal[],
  now: number,
): Verdict {
  const common = { stack: situation.stack, situation, policy, evidence };
  const decided = decideByStack(situation, policy, now);
  if (decided !== undefined) {
    return { ...common, ...decided };
  }
  return { ...common, ...decideByUse(situation, policy, evidence, now) };
}

/**
 * Returns the signals that are still needed to judge an environment, the cheapest first: read that one and call again. The
 * list is empty when no signal could change the result: the stack alone decides, nothing follows from idleness yet, or a
 * signal has failed.
 *
 * @param evidence - signals that are already read
 * @param now - Unix seconds
 */
export function signalsNeeded(
  situation: Situation,
  policy: Policy,
  evidence: readonly Signal[],
  announcements: Announcements,
  now: number,
): Need[] {
  if (
    decideByStack(situation, policy, now) !== undefined ||
    evidence.some(({ state }) => state === "failed")
  ) {
    return [];
  }
  const use = lastUse(evidence, situation);
  const { warnAheadSeconds } = policy;
  const acts = idleDues(situation, policy, use, now)
    .filter(({ needsEvidence }) => needsEvidence)
    .map((due) => noticeOf(situation.stack, due, warnAheadSeconds, announcements, now))
    .some(({ state }) => state !== "wait");
  if (!acts && !isIdle(use, policy, now)) {
    return [];
  }
  const from = Math.min(certainSince(situation, policy, use, now), now - HISTORY_SECONDS);
  return requiredSignals(situation)
    .filter((name) => evidence.every(({ signal }) => signal !== name))
    .map((signal) => ({ signal, from: Math.max(from, now - RETENTION_SECONDS), until: now }));
}

type Decision = Pick<Verdict, "kind" | "at" | "reasons" | "dues">;

/** Returns the verdict if the stack alone decides. */
function decideByStack(situation: Situation, policy: Policy, now: number): Decision | undefined {
  const { fault, lockedBy, lastUpdateAt, createdAt } = situation;
  const nothing = { dues: [] } as const;
  if (situation.protected || policy.protect) {
    return { ...nothing, kind: "protected", reasons: ["it is protected"] };
  }
  if (fault !== undefined) {
    return { ...nothing, kind: "unknown", reasons: [`its state cannot be read: ${fault}`] };
  }
  if (lockedBy.length > 0) {
    return {
      ...nothing,
      kind: "active",
      reasons: [`an update has locked it: ${lockedBy.join("; ")}`],
    };
  }
  if (lastUpdateAt !== undefined && now - lastUpdateAt < RECENT_UPDATE_SECONDS) {
    const ago = formatSpan(now - lastUpdateAt);
    return { ...nothing, kind: "active", reasons: [`it was updated ${ago} ago`] };
  }
  const expiry = expiryOf(situation, policy);
  if (createdAt === undefined || expiry === undefined) {
    return { ...nothing, kind: "unknown", reasons: ["its creation time is unknown"] };
  }
  const orphan = orphanDue(situation);
  if (orphan !== undefined) {
    return { kind: "orphaned", at: orphan.at, reasons: [orphan.why], dues: [orphan] };
  }
  return expiry.at <= now
    ? { kind: "expired", at: expiry.at, reasons: [expiry.why], dues: [expiry] }
    : undefined;
}

function decideByUse(
  situation: Situation,
  policy: Policy,
  evidence: readonly Signal[],
  now: number,
): Decision {
  const use = lastUse(evidence, situation);
  const expiry = expiryOf(situation, policy);
  const gaps = gapsIn(
    evidence,
    requiredSignals(situation),
    certainSince(situation, policy, use, now),
  );
  const dues = [...(expiry ? [expiry] : []), ...idleDues(situation, policy, use, now)].filter(
    ({ needsEvidence }) => gaps.length === 0 || !needsEvidence,
  );
  const seen = `last use: ${describeUse(use, now)}`;
  const idle = isIdle(use, policy, now);
  if (idle && gaps.length > 0) {
    return { kind: "unknown", reasons: [...gaps, seen], dues };
  }
  if (expiry && isNear(expiry, policy, now)) {
    return { kind: "expiring", at: expiry.at, reasons: [expiry.why, seen], dues };
  }
  return idle
    ? { kind: "idle", at: use.at, reasons: [seen], dues }
    : { kind: "active", reasons: [seen], dues };
}

function isIdle(use: LastUse, { idleAfterSeconds }: Policy, now: number): boolean {
  return now - use.at >= idleAfterSeconds;
}

/** Whether the time of the first warning has come. */
function isNear({ at }: Due, { warnAheadSeconds }: Policy, now: number): boolean {
  return now >= at - (warnAheadSeconds[0] ?? 0);
}

/** Returns the start of the time without use that must be proved for any action on an idle environment; Unix seconds. */
function certainSince(situation: Situation, policy: Policy, use: LastUse, now: number): number {
  const sleeps = situation.asleepSince === undefined && policy.onIdle === "sleep";
  const patience = sleeps ? policy.idleAfterSeconds : policy.destroyAfterIdleSeconds;
  return Math.max(use.at, now - patience);
}

function describeUse({ at, signal }: LastUse, now: number): string {
  const what = signal ? `${SIGNALS[signal.signal]} (${signal.source})` : "its creation";
  return `${what} at ${formatTime(at)}, ${formatSpan(now - at)} ago`;
}
