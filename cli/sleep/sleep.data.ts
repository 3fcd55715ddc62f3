import { z } from "zod";
import { keptItemSchema } from "../data/kept.data";
import { takenDownFields } from "../environments/down.data";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts, timestamp } from "../terminal/data";

export const sleepSchema = z.object({
  stack: stackName,
  asleepSince: timestamp("Since when it sleeps. Absent when something of it is left.").optional(),
  ...takenDownFields,
  pins: z
    .record(text("Reference of an image, with its tag."), z.string())
    .describe("Digests that `wake` brings back."),
  unpinned: texts("Images that `wake` takes by their tags, with the reason."),
  kept: listOf(keptItemSchema, "What is kept of its data, and what `wake` brings back."),
});
export type SleepData = DataOf<typeof sleepSchema>;
