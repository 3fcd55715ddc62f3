import { secondsOf } from "./duration";
import type { WorkingHours } from "./working-hours";

/** The action on an idle environment. */
type OnIdle =
  /** It sleeps, and is destroyed when nobody wakes it for long. */
  | "sleep"
  /** It stays up until it is destroyed. */
  | "keep";

/** The settings that say how long an environment may be, as they are written; durations such as `14d` or `2h30m`. */
export interface PolicySettings {
  /** How long after its creation it expires. */
  readonly ttl: string;
  /** How long after its creation it goes at the latest, whatever extensions say. At least `ttl`. */
  readonly maxTtl: string;
  /** How long without use it counts as idle. */
  readonly idleAfter: string;
  readonly onIdle: OnIdle;
  /** How long without use, awake or asleep, until it is destroyed. At least `idleAfter`. */
  readonly destroyAfterIdle: string;
  /** Whether it is left alone altogether. */
  readonly protect: boolean;
  /** How long before its end its owner is warned, each once; of sleep, only by the last. None: it ends unannounced. */
  readonly warnAhead: readonly string[];
  /** @default - it may be awake at any hour */
  readonly workingHours?: WorkingHours;
}

/** The same with lengths of time in seconds. */
export interface Policy {
  readonly ttlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly idleAfterSeconds: number;
  readonly onIdle: OnIdle;
  readonly destroyAfterIdleSeconds: number;
  readonly protect: boolean;
  /** From the longest to the shortest, each once. */
  readonly warnAheadSeconds: readonly number[];
  readonly workingHours?: WorkingHours;
}

/**
 * The checked settings of one environment.
 *
 * @throws RangeError when a duration is none
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
