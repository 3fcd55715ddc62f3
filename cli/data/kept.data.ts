import { z } from "zod";
import { type DataOf, number, text } from "../terminal/data";

/** What is billed of the data of an environment beside its cluster. */
export const keptItemSchema = z.object({
  claim: text("Name of the PersistentVolumeClaim."),
  kind: z
    .enum(["snapshot", "volume", "copy"])
    .describe(
      "What keeps what it has: the volume itself, or a snapshot of it. A copy is a volume that was made for it by an update " +
        "that did not end.",
    ),
  name: text("Name of that snapshot or volume."),
  giB: number("GiB that are billed."),
  usdPerMonth: number("US dollars that it costs in a month."),
});
export type KeptItem = DataOf<typeof keptItemSchema>;

export const keptSchema = z
  .union([
    z.array(keptItemSchema),
    z.object({ unknown: text("Why DigitalOcean cannot be asked.") }),
  ])
  .describe(
    "What is kept of its data since it slept, and is billed. Empty when nothing is, and while it is awake with all of it.",
  );
export type KeptData = DataOf<typeof keptSchema>;
