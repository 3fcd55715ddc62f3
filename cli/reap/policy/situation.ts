export const ACTIONS = ["destroy", "sleep", "wake"] as const;
export type Action = (typeof ACTIONS)[number];

/** The rules that lead to an action. */
export const CAUSES = [
  "ttl",
  "maxTtl",
  "idle",
  "workingHours",
  "pullRequestClosed",
  "clusterGone",
  /** A cluster that no stack's state contains. */
  "unknownCluster",
] as const;
export type Cause = (typeof CAUSES)[number];

/** An action to come on an environment, now or later. */
export interface Due {
  readonly action: Action;
  readonly cause: Cause;
  /** Unix seconds. It changes only if the environment is used or extended, or its settings change. */
  readonly at: number;
  /** Whether it follows from idleness, so that it needs complete evidence. */
  readonly needsEvidence: boolean;
  readonly why: string;
}

/**
 * The facts about one environment from its stack and from the comparison with the account, without any
 * measurement. All times are Unix seconds.
 */
export interface Situation {
  readonly stack: string;
  /** Its uuid. @default - it sleeps, or is older than these uuids */
  readonly id?: string;
  /** Uuid of the account that it was created in. @default - it is older than this record */
  readonly account?: string;
  /** Ids of its clusters, in its state or not: none while it sleeps, two during a replacement. */
  readonly clusterIds: readonly string[];
  /** Whether its state has resources. */
  readonly hasResources: boolean;
  /**
   * Its first creation, which sleep and wake do not change.
   *
   * @default - unknown, so that it has no known expiry
   */
  readonly createdAt?: number;
  /**
   * Its expiry, with extensions.
   *
   * @default - `ttl` after its creation
   */
  readonly expiresAt?: number;
  /** Last write of its state by any process. */
  readonly lastUpdateAt?: number;
  /** Whether its stack is protected, regardless of the present settings. */
  readonly protected: boolean;
  /** Owners of the stack's locks as text, without those that have certainly ended. */
  readonly lockedBy: readonly string[];
  /** Reason why its state, tags or locks could not be read; missing fields then prove nothing. */
  readonly fault?: string;
  /** Start of its sleep, while it sleeps. */
  readonly asleepSince?: number;
  /** Last wake by the reaper for its working hours; wakes by people do not count. */
  readonly wokenAt?: number;
  /** End of the time for which it is kept, used or not, to investigate failed tests. */
  readonly keptUntil?: number;
  /** Teardown that the reaper began since its creation, finished or not. */
  readonly begun?: Begun;
  readonly usdPerMonth: number;
  /** Result of comparing stacks, pull requests and account. */
  readonly orphaned?: Orphaned;
}

/** Records that the reaper was about to destroy it or to put it to sleep. */
export interface Begun {
  /** Unix seconds. */
  readonly at: number;
  readonly due: Due;
}

/** The reason why a stack is orphaned. */
export interface Orphaned {
  readonly cause: "pullRequestClosed" | "clusterGone";
  /** Time since which that is certain, Unix seconds. */
  readonly since: number;
  readonly why: string;
}
