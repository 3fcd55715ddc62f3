import { z } from "zod";
import type { DataOf } from "../terminal/data";

/** What keeps the content of one claim while its environment sleeps. */
export const keptItemSchema = z.object({
  claim: z.string().describe("Name of the PersistentVolumeClaim."),
  kind: z
    .enum(["snapshot", "volume"])
    .describe("What keeps what it has: the volume itself, or a snapshot of it."),
  name: z.string().describe("Name of that snapshot or volume."),
  giB: z.number().describe("GiB that are billed."),
  usdPerMonth: z.number().describe("US dollars that it costs in a month."),
});
export type KeptItem = DataOf<typeof keptItemSchema>;

export const keptSchema = z
  .union([
    z.array(keptItemSchema),
    z.object({ unknown: z.string().describe("Why DigitalOcean cannot be asked.") }),
  ])
  .describe(
    "What is kept of its data since it slept, and is billed. Empty when nothing is, and while it is awake with all of it.",
  );
export type KeptData = DataOf<typeof keptSchema>;
