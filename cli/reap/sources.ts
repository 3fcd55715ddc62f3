import type { AccountIdentity } from "../../core/account-identity";
import type { Listing } from "../../core/listing";
import type { Policy } from "../../core/reaping-policy";
import type { DanglingRecord } from "./dangling-records";
import { lastUpdate, type Signal } from "./policy/evidence";
import type { Situation } from "./policy/situation";
import type { Need } from "./policy/verdict";
import type { AccountListing, PullRequest } from "./policy/world";

/** A stack's data about its environment, without measurements. */
export interface Known {
  readonly situation: Situation;
  readonly policy: Policy;
  readonly pullRequest?: number;
  /** Signals from the stack, except its last update. */
  readonly signals: readonly Signal[];
  /** Changes with every change of the stack's state, tags or locks. */
  readonly revision: string;
}

/** The verdicts that need no request. */
export function evidentIn({ situation, signals }: Known): Signal[] {
  return [lastUpdate(situation), ...signals];
}

/** The reaper's read-only sources; tests pass their own. */
export interface Sources {
  readonly project: string;
  readonly stacks: () => Promise<Listing<Known>>;
  /** Reads one stack; undefined without such a stack. @throws {Error} when it cannot be read */
  readonly stack: (name: string) => Promise<Known | undefined>;
  /** Reads the ids of all clusters in a stack's state; its outputs name only one. @throws {Error} when it cannot be read */
  readonly clustersOf: (stack: string) => Promise<readonly string[]>;
  readonly account: () => Promise<AccountListing>;
  /** Call it only after stacks and account were listed. */
  readonly danglingRecords: () => Promise<readonly DanglingRecord[]>;
  /** Reads the account of the token. @throws {UserError} when it cannot be read */
  readonly token: () => Promise<AccountIdentity>;
  /** Reads the pull requests with these numbers. @default - no repository is configured */
  readonly pullRequests?: (numbers: readonly number[]) => Promise<Listing<PullRequest>>;
  /** Reads one signal of an environment; returns at least one answer, which may be a failure. */
  readonly signals: (known: Known, need: Need) => Promise<readonly Signal[]>;
}
