import type { DataOf } from "../terminal/data";
import type { lockSchema } from "./environment-status.data";

/** The backend's data about one stack, without decrypting anything. */
export interface StackRecord {
  /** As Pulumi names it in this project; on Pulumi Cloud another organization's carries that in front. */
  readonly stack: string;
  /**
   * When its state was last written, RFC 3339: by an update, a destroy, a refresh or an edit, or by its creation.
   *
   * @default - its state was never written
   */
  readonly lastUpdate?: string;
  /**
   * When its first update began, RFC 3339.
   *
   * @default - there was none, or it was destroyed since
   */
  readonly created?: string;
  /** Whether its state holds anything. A new or destroyed stack holds nothing; one that cannot be read counts as holding. */
  readonly hasResources: boolean;
  /** The stack's outputs. One that is or holds a secret is left out. None before the first update has succeeded. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Whether an update is under way, or was killed and holds the stack still.
   *
   * @default - this backend does not tell
   */
  readonly updating?: boolean;
  /** The holder of the lock. Only the file and S3 backends report it. */
  readonly locks: readonly Lock[];
  /** Why it, or part of it, could not be read: then nothing follows from what is missing here. */
  readonly fault?: string;
}

export function byName(one: { readonly stack: string }, other: { readonly stack: string }): number {
  return one.stack < other.stack ? -1 : 1;
}

/** A process that holds a stack, by its own account. */
export type Lock = DataOf<typeof lockSchema>;
