import { secondsOf } from "./duration";
import type { WorkingHours } from "./working-hours";

/** What the reaper does with an idle environment. */
type OnIdle =
  /** Puts it to sleep, and destroys it when it is not woken for long. */
  | "sleep"
  /** Keeps it up until it is destroyed. */
  | "keep";

/** The settings that limit an environment's lifetime, as written; durations such as `14d` or `2h30m`. */
export interface PolicySettings {
  /** Time from creation to expiry. */
  readonly ttl: string;
  /** Maximum time from creation to expiry, including extensions. At least `ttl`. */
  readonly maxTtl: string;
  /** Time without use after which it is idle. */
  readonly idleAfter: string;
  readonly onIdle: OnIdle;
  /** Time without use, awake or asleep, after which it is destroyed. At least `idleAfter`. */
  readonly destroyAfterIdle: string;
  /** Whether the reaper never touches it. */
  readonly protect: boolean;
  /** Times before its end at which its owner is warned; before sleep only the shortest. Empty: no warnings. */
  readonly warnAhead: readonly string[];
  /** @default - it may be awake at any hour */
  readonly workingHours?: WorkingHours;
}

/** The same with durations in seconds. */
export interface Policy {
  readonly ttlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly idleAfterSeconds: number;
  readonly onIdle: OnIdle;
  readonly destroyAfterIdleSeconds: number;
  readonly protect: boolean;
  /** From the longest to the shortest, without duplicates. */
  readonly warnAheadSeconds: readonly number[];
  readonly workingHours?: WorkingHours;
}

/**
 * Parses the checked settings of one environment.
 *
 * @throws RangeError for an invalid duration
 */
export function policyOf(settings: PolicySettings): Policy {
  const { onIdle, protect, workingHours } = settings;
  return {
    ttlSeconds: secondsOf(settings.ttl),
    maxTtlSeconds: secondsOf(settings.maxTtl),
    idleAfterSeconds: secondsOf(settings.idleAfter),
    onIdle,
    destroyAfterIdleSeconds: secondsOf(settings.destroyAfterIdle),
    protect,
    warnAheadSeconds: [...new Set(settings.warnAhead.map(secondsOf))].sort((a, b) => b - a),
    workingHours,
  };
}
