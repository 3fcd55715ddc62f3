import { createHash } from "node:crypto";
import { UserError } from "../../../core/errors";

/** One of several runs that share the work. */
export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/**
 * Reads a shard as it is given on the command line: `2/5`.
 *
 * @throws {UserError} when it is none
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

/** Whether two shards may have a stack in common: of the same number of shards each has its own. */
export function overlap(one: Shard, other: Shard): boolean {
  return one.of !== other.of || one.index === other.index;
}

/** As it is given on the command line. */
export function formatShard({ index, of }: Shard): string {
  return `${index}/${of}`;
}

/**
 * Whether a stack, and what strays of it, is a shard's work. Each name is that of one shard, and always the same as long
 * as their number is.
 */
export function isInShard(stack: string, { index, of }: Shard): boolean {
  return createHash("sha256").update(stack).digest().readUInt32BE() % of === index - 1;
}
