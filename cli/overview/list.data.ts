import { z } from "zod";
import { keptSchema } from "../data/kept.data";
import { verdictSchema } from "../reap/reap.data";
import { environmentSchema } from "../stacks/environment-status.data";
import { type DataOf, listOf } from "../terminal/data";

export const listSchema = z.object({
  environments: listOf(
    environmentSchema.extend({
      kept: keptSchema,
      verdict: verdictSchema.describe(
        "From the stack alone: what looks idle is unknown, because nothing was measured, and orphans are not listed.",
      ),
    }),
    "Those that were asked for, sorted by name. Empty when there are none.",
  ),
});
export type ListData = DataOf<typeof listSchema>;
export type JudgedEnvironment = ListData["environments"][number];
