import type { DataOf } from "../terminal/data";
import type { lockSchema } from "./environment-status.data";

/** The backend's data about one stack, without encrypted values. */
export interface StackRecord {
  /** Pulumi's name of the stack, on Pulumi Cloud prefixed with another organization's name. */
  readonly stack: string;
  /**
   * Last write of its state, RFC 3339: an update, a destroy, a refresh, an edit, or its creation.
   *
   * @default - its state was never written
   */
  readonly lastUpdate?: string;
  /**
   * Start of its first update, RFC 3339.
   *
   * @default - no update yet, or none since its destroy
   */
  readonly created?: string;
  /** Whether its state has resources. True also for an unreadable state; false for a new or destroyed stack. */
  readonly hasResources: boolean;
  /** Outputs of the stack, without those that contain a secret. Empty before the first successful update. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Whether an update holds the stack's lock, a killed one included.
   *
   * @default - this backend does not show it
   */
  readonly updating?: boolean;
  /** Locks of the stack. Only the file and S3 backends show them. */
  readonly locks: readonly Lock[];
  /** Reason why the record, or part of it, could not be read; a missing field then proves nothing. */
  readonly fault?: string;
}

export function byName(one: { readonly stack: string }, other: { readonly stack: string }): number {
  return one.stack < other.stack ? -1 : 1;
}

/** A stack's lock, with the data that its owner wrote into it. */
export type Lock = DataOf<typeof lockSchema>;
