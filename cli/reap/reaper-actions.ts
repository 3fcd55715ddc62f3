import type { AccountResource, AccountResourceKind } from "../account/resources";
import type { TakenDown } from "../environments/take-down";
import type { Delivery } from "./announcer";
import type { Warning } from "./policy/warning-text";

export interface Bounds {
  readonly signal: AbortSignal;
  /**
   * Revision at the time of the decision, see `Known.revision`. If it has changed, the action does not start.
   *
   * @default - the action starts despite changes, unless the stack is protected or locked
   */
  readonly revision?: string;
}

export interface TeardownBounds extends Bounds {
  /** Ids of the clusters that may be deleted. If the stack has another one, the action does not start. */
  readonly clusterIds: readonly string[];
}

/** The reaper's actions; tests pass their own. */
export interface ReaperActions {
  /**
   * Destroys an environment and reports it to its pull request.
   *
   * @param why - a sentence without a full stop
   * @throws {ChangedError} when the stack has changed
   */
  readonly destroy: (stack: string, bounds: TeardownBounds, why: string) => Promise<TakenDown>;
  /**
   * @param lastUseAt - last use in Unix seconds, recorded because the sleep destroys its evidence. @default lastUseAt - unknown
   * @throws {ChangedError} when the stack has changed
   */
  readonly sleep: (stack: string, bounds: TeardownBounds, lastUseAt?: number) => Promise<TakenDown>;
  readonly wake: (stack: string, bounds: Bounds) => Promise<void>;
  readonly thing: (kind: AccountResourceKind, id: string) => Promise<AccountResource | undefined>;
  readonly deleteThing: (kind: AccountResourceKind, id: string) => Promise<void>;
  readonly deliver: (warning: Warning) => Promise<Delivery>;
}

/** The action is skipped, because the facts have changed since the decision. */
export class ChangedError extends Error {
  public override readonly name = "ChangedError";
}
