import type { AccountResource, AccountResourceKind } from "../account/resources";
import type { TakenDown } from "../environments/take-down";
import type { Delivery } from "./announcer";
import type { Warning } from "./policy/warning-text";

export interface Bounds {
  readonly signal: AbortSignal;
  /**
   * As it was when that was decided, see `Known.revision`: if it is another by now, the act is not begun.
   *
   * @default - it is begun whatever has changed, unless the stack is protected or held
   */
  readonly revision?: string;
}

export interface TeardownBounds extends Bounds {
  /** The clusters that may be deleted: with another one the act is not begun. */
  readonly clusterIds: readonly string[];
}

/** The reaper's acts; tests pass their own. */
export interface ReaperActions {
  /**
   * Destroys it, and tells its pull request.
   *
   * @param why - a sentence without a full stop
   * @throws {ChangedError} when the stack has changed
   */
  readonly destroy: (stack: string, bounds: TeardownBounds, why: string) => Promise<TakenDown>;
  /**
   * @param lastUseAt - Unix seconds; what the sleep would hide is written down. @default lastUseAt - nothing is known
   * @throws {ChangedError} when the stack has changed
   */
  readonly sleep: (stack: string, bounds: TeardownBounds, lastUseAt?: number) => Promise<TakenDown>;
  readonly wake: (stack: string, bounds: Bounds) => Promise<void>;
  readonly thing: (kind: AccountResourceKind, id: string) => Promise<AccountResource | undefined>;
  readonly deleteThing: (kind: AccountResourceKind, id: string) => Promise<void>;
  readonly deliver: (warning: Warning) => Promise<Delivery>;
}

/** Something has changed since it was decided, so that it is not done. */
export class ChangedError extends Error {
  public override readonly name = "ChangedError";
}
