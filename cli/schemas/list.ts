import { z } from "zod";
import type { ListData } from "../actions/list";
import { describing } from "./describing";
import { environmentSchema } from "./environment";
import { verdictSchema } from "./reap";

export const listSchema = describing<ListData>()(
  z.object({
    environments: z
      .array(
        environmentSchema.extend({
          verdict: verdictSchema.describe(
            "By what the stack says itself: what looks idle is unknown, because nothing was measured, and orphans are not told.",
          ),
        }),
      )
      .describe("Those that were asked for, sorted by name. Empty when there are none."),
  }),
);
