import type { Policy } from "../../../core/reaping-policy";
import { stretchAt } from "../../../core/working-hours";
import type { LastUse } from "./evidence";
import type { Due, Situation } from "./situation";
import { formatSpan, formatTime } from "./wording";

/** Outside its working hours an environment sleeps this long after its last use, unless `idleAfter` is shorter. */
const IDLE_AT_NIGHT_SECONDS = 3_600;

/** Returns the end of an environment's life: its expiry, but never later than `maxTtl`, whatever the extensions. */
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
        why: `reaches its maximum age of ${formatSpan(policy.maxTtlSeconds)} at ${formatTime(cap)}`,
      };
}

/** Returns the destruction of an orphaned environment. */
export function orphanDue({ orphaned, begun, hasResources }: Situation): Due | undefined {
  if (begun?.due.action === "destroy" && !hasResources) {
    // The announced action stays, because its evidence has been destroyed with the cluster.
    const why = `the reaper has destroyed everything except its stack: ${begun.due.why}`;
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

/** Returns the actions that follow from idleness. */
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
  // Either way a person has until the last day to return.
  const end = asleep || policy.onIdle === "keep" ? [destroyWhenIdle(policy, lastUse)] : [];
  return asleep
    ? [...end.map(keeper(situation)), ...wake(situation, policy, lastUse, now)]
    : [...end, ...sleep(situation, policy, lastUse, now)].map(keeper(situation));
}

/** Delays actions that follow from idleness while it is kept, because a person may return on the last day. */
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

/** A wake for working hours is not a use, but idleness counts only from that wake on. */
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

/** Returns the next wake for working hours: once a day, unless the environment was not used after the last one. */
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
