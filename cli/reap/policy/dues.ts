import type { Policy } from "../../../core/reaping-policy";
import { stretchAt } from "../../../core/working-hours";
import type { LastUse } from "./evidence";
import type { Due, Situation } from "./situation";
import { formatSpan, formatTime } from "./wording";

/** Outside its working hours an environment is let go that long after its last use, unless `idleAfter` is shorter. */
const IDLE_AT_NIGHT_SECONDS = 3_600;

/** When an environment's life ends by the clock: at its expiry, but whatever extensions say not later than the hard cap. */
export function expiryOf(situation: Situation, policy: Policy): Due | undefined {
  const { createdAt, expiresAt } = situation;
  if (createdAt === undefined) {
    return undefined;
  }
  const cap = createdAt + policy.maxTtlSeconds;
  const expiry = expiresAt ?? createdAt + policy.ttlSeconds;
  const common = { action: "destroy", needsEvidence: false } as const;
  return expiry < cap
    ? { ...common, cause: "ttl", at: expiry, why: `expires at ${formatTime(expiry)}` }
    : {
        ...common,
        cause: "maxTtl",
        at: cap,
        why: `is ${formatSpan(policy.maxTtlSeconds)} old at ${formatTime(cap)}, which no extension passes`,
      };
}

/** Why an environment goes that has lost its reason to be. */
export function orphanDue({ orphaned, begun, hasResources }: Situation): Due | undefined {
  if (begun?.due.action === "destroy" && !hasResources) {
    // As it was announced; and what evidence said of it then, nothing can say any more.
    const why = `the reaper has destroyed all of it but the stack: ${begun.due.why}`;
    return { ...begun.due, needsEvidence: false, why };
  }
  return (
    orphaned && {
      action: "destroy",
      cause: orphaned.cause,
      at: orphaned.since,
      needsEvidence: false,
      why: orphaned.why,
    }
  );
}

/** The consequences of an environment's disuse. */
export function idleDues(
  situation: Situation,
  policy: Policy,
  lastUse: LastUse,
  now: number,
): Due[] {
  const asleep = situation.asleepSince !== undefined;
  if (!asleep && !situation.hasResources) {
    return [];
  }
  // The simulation waits until the last day for a person who sleeps or never sleeps.
  const end = asleep || policy.onIdle === "keep" ? [destroyWhenIdle(policy, lastUse)] : [];
  return asleep
    ? [...end.map(keeper(situation)), ...wake(situation, policy, lastUse, now)]
    : [...end, ...sleep(situation, policy, lastUse, now)].map(keeper(situation));
}

/** Puts off what follows from there having been no use: a person may come to look on the last day. */
function keeper({ keptUntil = -Infinity }: Situation): (due: Due) => Due {
  return (due) =>
    due.at < keptUntil
      ? { ...due, at: keptUntil, why: `${due.why}; kept until ${formatTime(keptUntil)}` }
      : due;
}

function destroyWhenIdle({ destroyAfterIdleSeconds }: Policy, lastUse: LastUse): Due {
  return {
    action: "destroy",
    cause: "idle",
    at: lastUse.at + destroyAfterIdleSeconds,
    needsEvidence: true,
    why: `not used for ${formatSpan(destroyAfterIdleSeconds)} since ${formatTime(lastUse.at)}`,
  };
}

/** A wake by the clock is no use, but what was just woken is not idle yet. */
function sleep(situation: Situation, policy: Policy, lastUse: LastUse, now: number): Due[] {
  const since = Math.max(lastUse.at, situation.wokenAt ?? -Infinity);
  const { idleAfterSeconds, onIdle, workingHours } = policy;
  const dues: Due[] = [];
  if (onIdle === "sleep") {
    dues.push({
      action: "sleep",
      cause: "idle",
      at: since + idleAfterSeconds,
      needsEvidence: true,
      why: `not used for ${formatSpan(idleAfterSeconds)} since ${formatTime(since)}`,
    });
  }
  if (workingHours !== undefined) {
    const stretch = stretchAt(workingHours, now);
    const end = stretch.working ? stretch.until : stretch.since;
    const patience = Math.min(idleAfterSeconds, IDLE_AT_NIGHT_SECONDS);
    dues.push({
      action: "sleep",
      cause: "workingHours",
      at: Math.max(end, since + patience),
      needsEvidence: true,
      why: `working hours end at ${formatTime(end)}, and not used for ${formatSpan(patience)}`,
    });
  }
  return dues;
}

/** Once a day, unless nobody came the last time. */
function wake(situation: Situation, policy: Policy, lastUse: LastUse, now: number): Due[] {
  const { asleepSince, wokenAt } = situation;
  if (policy.workingHours === undefined || asleepSince === undefined) {
    return [];
  }
  const { working, since } = stretchAt(policy.workingHours, now);
  const wasUsed = wokenAt === undefined || lastUse.at > wokenAt;
  return working && asleepSince < since && wasUsed
    ? [
        {
          action: "wake",
          cause: "workingHours",
          at: since,
          needsEvidence: false,
          why: `working hours began at ${formatTime(since)}`,
        },
      ]
    : [];
}
