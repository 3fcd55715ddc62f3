import { z } from "zod";
import { parseJson } from "../stacks/json";
import type { ReaperMemory } from "./policy/memory";
import { ACTIONS, CAUSES } from "./policy/situation";

const at = z.number();
const cause = z.enum(CAUSES);
const action = z.enum(ACTIONS);

/** The stored form of a reaper's record. The version number changes with the fields. */
const recordSchema = z.object({
  version: z.literal(1),
  /** Unix seconds. */
  writtenAt: at,
  record: z.object({
    uses: z.array(z.object({ stack: z.string(), at, proof: z.string() })),
    delivered: z.array(
      z.object({
        subject: z.string(),
        action,
        cause,
        dueAt: at,
        step: z.number(),
        deliveredAt: at,
      }),
    ),
    // Earlier versions wrote `clusters`, which could include other projects' clusters with the same tags.
    owned: z.array(z.object({ id: z.string(), stack: z.string(), seenAt: at })).default([]),
    accounts: z.array(z.string()).default([]),
    begun: z.array(
      z.object({
        stack: z.string(),
        at,
        due: z.object({ action, cause, at, needsEvidence: z.boolean(), why: z.string() }),
      }),
    ),
    rehearsed: z.array(z.object({ stack: z.string(), cause, at })),
    usedAfterwards: z.array(z.object({ stack: z.string(), at })),
  }),
});

export interface WrittenRecord {
  readonly writtenAt: number;
  readonly record: ReaperMemory;
}

/** @throws {Error} that names the wrong field, without quoting the content */
export function parseRecord(text: string): WrittenRecord {
  const { success, data, error } = recordSchema.safeParse(parseJson(text));
  if (success) {
    const { owned, ...rest } = data.record;
    return { ...data, record: { ...rest, clusters: owned } };
  }
  const [issue] = error.issues;
  throw new Error(`${issue?.path.join(".") || "it"}: ${issue?.message ?? "no record"}`);
}

export function formatRecord({ writtenAt, record }: WrittenRecord): string {
  const written: z.input<typeof recordSchema> = {
    version: 1,
    writtenAt,
    record: {
      uses: [...record.uses],
      delivered: [...record.delivered],
      owned: [...record.clusters],
      accounts: [...record.accounts],
      begun: [...record.begun],
      rehearsed: [...record.rehearsed],
      usedAfterwards: [...record.usedAfterwards],
    },
  };
  return `${JSON.stringify(written)}\n`;
}
