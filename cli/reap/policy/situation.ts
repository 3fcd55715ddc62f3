export const ACTIONS = ["destroy", "sleep", "wake"] as const;
export type Action = (typeof ACTIONS)[number];

/** By what rule something is to happen. */
export const CAUSES = [
  "ttl",
  "maxTtl",
  "idle",
  "workingHours",
  "pullRequestClosed",
  "clusterGone",
  /** A cluster that is in no state. */
  "unknownCluster",
] as const;
export type Cause = (typeof CAUSES)[number];

/** Something that is to happen to an environment, now or later. */
export interface Due {
  readonly action: Action;
  readonly cause: Cause;
  /** Unix seconds. It does not move unless the environment is used, extended, or its settings change. */
  readonly at: number;
  /** Whether it follows from there having been no use, so that it needs complete evidence. */
  readonly needsEvidence: boolean;
  readonly why: string;
}

/**
 * The facts about one environment from its stack and from the comparison with the account, without any
 * measurement. All times are Unix seconds.
 */
export interface Situation {
  readonly stack: string;
  /** Its uuid. @default - it was made before environments had one, or sleeps */
  readonly id?: string;
  /** Uuid of the account that it was made in. @default - it was made before that was recorded */
  readonly account?: string;
  /** Ids of its clusters, in its state or not: none when it is asleep, two while one is being replaced. */
  readonly clusterIds: readonly string[];
  /** Whether its state holds anything. */
  readonly hasResources: boolean;
  /**
   * When it was first created. Sleeping and waking leave that as it is.
   *
   * @default - not known, so that no end of its life can be told
   */
  readonly createdAt?: number;
  /**
   * When it expires, with extensions.
   *
   * @default - `ttl` after its creation
   */
  readonly expiresAt?: number;
  /** When its state was last written, by whomever. */
  readonly lastUpdateAt?: number;
  /** Whether the stack itself is protected, whatever the settings say by now. */
  readonly protected: boolean;
  /** The holder of the stack's lock in words, unless it is certainly dead. */
  readonly lockedBy: readonly string[];
  /** Why its state, tags or locks could not be read: then nothing follows from what is missing here. */
  readonly fault?: string;
  /** Since when it sleeps, if it does. */
  readonly asleepSince?: number;
  /** When the reaper last woke it by its working hours; no wake by hand counts. */
  readonly wokenAt?: number;
  /** Until when it is kept, used or not, so that somebody can look why its tests have failed. */
  readonly keptUntil?: number;
  /** The teardown that the reaper began since its creation, finished or not. */
  readonly begun?: Begun;
  readonly usdPerMonth: number;
  /** The result of comparing stacks, pull requests and account. */
  readonly orphaned?: Orphaned;
}

/** Records that the reaper was about to destroy it or to put it to sleep. */
export interface Begun {
  /** Unix seconds. */
  readonly at: number;
  readonly due: Due;
}

/** Why a stack has lost its reason to be. */
export interface Orphaned {
  readonly cause: "pullRequestClosed" | "clusterGone";
  /** Since when that is certain, Unix seconds. */
  readonly since: number;
  readonly why: string;
}
