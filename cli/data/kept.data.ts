import { z } from "zod";
import { type DataOf, number, text } from "../terminal/data";

/** A billed item of an environment's kept data. */
export const keptItemSchema = z.object({
  claim: text("Name of the PersistentVolumeClaim."),
  kind: z
    .enum(["snapshot", "volume", "copy", "missing"])
    .describe(
      "Form of the kept data: the volume itself or a snapshot of it. A copy is a volume that an unfinished update created for the claim. " +
        "Missing: the last sleep kept the data, and its snapshot or volume has been deleted since.",
    ),
  name: text("Name of the snapshot or volume. Empty when it is missing."),
  giB: number("Billed GiB."),
  usdPerMonth: number("Price in US dollars a month."),
});
export type KeptItem = DataOf<typeof keptItemSchema>;

export const keptSchema = z
  .union([
    z.array(keptItemSchema),
    z.object({ unknown: text("Reason why DigitalOcean does not answer.") }),
  ])
  .describe(
    "Billed data that sleep kept. Empty without any, and once a wake has restored all of it.",
  );
export type KeptData = DataOf<typeof keptSchema>;
