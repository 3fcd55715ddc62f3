import { z } from "zod";
import { keptItemSchema } from "../data/kept.data";
import { takenDownFields } from "../environments/down.data";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts, timestamp } from "../terminal/data";

export const sleepSchema = z.object({
  stack: stackName,
  asleepSince: timestamp("Start of the sleep. Absent when resources are left.").optional(),
  ...takenDownFields,
  pins: z
    .record(text("Image reference with its tag."), z.string())
    .describe("Digests that `wake` will run."),
  unpinned: texts("Images that `wake` will pull by tag, each with the reason."),
  kept: listOf(keptItemSchema, "Kept data, which `wake` restores."),
});
export type SleepData = DataOf<typeof sleepSchema>;
