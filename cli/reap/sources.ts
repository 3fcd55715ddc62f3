import type { AccountIdentity } from "../../core/account-identity";
import type { Listing } from "../../core/listing";
import type { Policy } from "../../core/reaping-policy";
import type { DanglingRecord } from "./dangling-records";
import { lastUpdate, type Signal } from "./policy/evidence";
import type { Situation } from "./policy/situation";
import type { Need } from "./policy/verdict";
import type { AccountListing, PullRequest } from "./policy/world";

/** A stack's data about its environment, without any measurement. */
export interface Known {
  readonly situation: Situation;
  readonly policy: Policy;
  readonly pullRequest?: number;
  /** Signals that are read with the stack, but for its last update. */
  readonly signals: readonly Signal[];
  /** The same as long as nobody changes anything about the stack: not its state, nor its tags, nor who holds it. */
  readonly revision: string;
}

/** The verdicts that need no request. */
export function evidentIn({ situation, signals }: Known): Signal[] {
  return [lastUpdate(situation), ...signals];
}

/** Where the reaper reads; tests give their own. Nothing of it changes anything. */
export interface Sources {
  readonly project: string;
  readonly stacks: () => Promise<Listing<Known>>;
  /** One stack as it is now; undefined when there is none. @throws an Error when it cannot be read */
  readonly stack: (name: string) => Promise<Known | undefined>;
  /** Ids of all clusters in a stack's state; its outputs know one of them. @throws an Error when it cannot be read */
  readonly clustersOf: (stack: string) => Promise<readonly string[]>;
  readonly account: () => Promise<AccountListing>;
  /** Asked for after stacks and account were listed. */
  readonly danglingRecords: () => Promise<readonly DanglingRecord[]>;
  /** The account that the token is for. @throws {UserError} when it cannot be read */
  readonly token: () => Promise<AccountIdentity>;
  /** Those of these numbers. @default - no repository is configured */
  readonly pullRequests?: (numbers: readonly number[]) => Promise<Listing<PullRequest>>;
  /** Reads one signal of an environment: at least one answer, which may be that it failed. */
  readonly signals: (known: Known, need: Need) => Promise<readonly Signal[]>;
}
