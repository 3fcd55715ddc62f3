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
        "Verdict from the stack alone, without measurements: an environment that may be idle is unknown, and orphans are not listed.",
      ),
    }),
    "Environments that match the options, sorted by name.",
  ),
});
export type ListData = DataOf<typeof listSchema>;
export type JudgedEnvironment = ListData["environments"][number];
