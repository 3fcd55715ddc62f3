import { createHash } from "node:crypto";
import { UserError } from "../../../core/errors";

/** One of several runs that share the work. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/**
 * Parses a shard from the command line: `2/5`.
 *
 * @throws {UserError} when the text is not a shard
 */
export function parseShard(text: string): Shard {
  const [, index, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of) {
    throw new UserError(
      `"${text}" is not a shard`,
      "give the number of this run and of all runs, e.g. --shard 2/5",
    );
  }
  return { index, of };
}

/** Whether two shards may have a stack in common. Different shards out of the same number never do. */
export function overlap(one: Shard, other: Shard): boolean {
  return one.of !== other.of || one.index === other.index;
}

/** Formats a shard as on the command line. */
export function formatShard({ index, of }: Shard): string {
  return `${index}/${of}`;
}

/**
 * Whether a stack and its strays belong to a shard. A name always belongs to the same shard while the number of shards is
 * the same.
 */
export function isInShard(stack: string, { index, of }: Shard): boolean {
  return createHash("sha256").update(stack).digest().readUInt32BE() % of === index - 1;
}
